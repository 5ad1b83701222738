// Which trades: side, bot, asset, time.
import { useAssets } from "@/api/assets";
import { useBotOptions } from "@/api/bots";
import { usePublic } from "@/api/public";
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
  const now = useLive(clockOf);
  const assets = useAssets();
  const shownToPublic = usePublic();
  const options = useBotOptions(search.botId);
  return (
    <FilterBar label="Filter trades" onClear={onClear}>
      {!shownToPublic && (
        <SelectFilter
          label="Side"
          value={search.type}
          options={SIDES}
          all="Both sides"
          onChange={(type) => onChange({ type: type as TradesSearch["type"] })}
        />
      )}
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
