// Which trades: side, bot, asset, time.
import { useAssets } from "@/api/assets";
import { useBotOptions } from "@/api/bots";
import { usePublic } from "@/api/public";
import { FilterBar, SelectFilter } from "@/components/FilterBar";
import { RecordFilters } from "@/components/RecordFilters";
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
  const shownToPublic = usePublic();
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
      <RecordFilters
        search={search}
        bots={useBotOptions(search.botId)}
        assets={useAssets()}
        now={useLive(clockOf)}
        onChange={onChange}
      />
    </FilterBar>
  );
}
