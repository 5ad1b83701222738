// Which trades: side, bot, asset, time.
import { useQuery } from "@tanstack/react-query";
import { useAssets } from "@/api/assets";
import { botsQuery } from "@/api/queries";
import { FilterBar, SelectFilter } from "@/components/FilterBar";
import { SuggestFilter } from "@/components/SuggestFilter";
import { TimeRangeFilter } from "@/components/TimeRangeFilter";
import { clockOf, useLive } from "@/live/store";
import type { TradesSearch } from "./search";

const SIDES = [
  { value: "bot", label: "Theirs (the bots)" },
  { value: "mine", label: "Ours (the fade)" },
];

interface TradesFiltersProps {
  search: TradesSearch;
  onChange: (part: Partial<TradesSearch>) => void;
  onClear: (() => void) | undefined;
}

export function TradesFilters({ search, onChange, onClear }: TradesFiltersProps) {
  const bots = useQuery(botsQuery()).data?.bots ?? [];
  const now = useLive(clockOf);
  const assets = useAssets();
  const options = bots.map((bot) => ({ value: bot.id, label: bot.name }));
  const { botId } = search;
  if (botId !== undefined && !bots.some((bot) => bot.id === botId)) options.push({ value: botId, label: botId });
  return (
    <FilterBar label="Filter trades" onClear={onClear}>
      <SelectFilter
        label="Side"
        value={search.type}
        options={SIDES}
        all="Both sides"
        onChange={(type) => onChange({ type: type as TradesSearch["type"] })}
      />
      <SelectFilter
        label="Bot"
        value={search.botId}
        options={options}
        all="All bots"
        onChange={(chosen) => onChange({ botId: chosen })}
      />
      <SuggestFilter
        label="Asset"
        value={search.asset}
        suggestions={assets}
        placeholder="All"
        onChange={(asset) => onChange({ asset })}
      />
      <TimeRangeFilter from={search.from} to={search.to} now={now} onChange={onChange} />
    </FilterBar>
  );
}
