// What every list of records is filtered by: bot, asset, time. Beside the filters of its own in a `FilterBar`.
import { SelectFilter } from "./FilterBar";
import { SuggestFilter } from "./SuggestFilter";
import { TimeRangeFilter } from "./TimeRangeFilter";

interface RecordSearch {
  botId?: string | undefined;
  asset?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

interface RecordFiltersProps {
  search: RecordSearch;
  bots: readonly { value: string; label: string }[];
  assets: readonly string[];
  /** The system's own clock, ms; null before it is known. */
  now: number | null;
  onChange: (part: RecordSearch) => void;
}

export function RecordFilters({ search, bots, assets, now, onChange }: RecordFiltersProps) {
  return (
    <>
      <SelectFilter
        label="Bot"
        value={search.botId}
        options={bots}
        all="All bots"
        onChange={(botId) => onChange({ botId })}
      />
      <SuggestFilter
        label="Asset"
        value={search.asset}
        suggestions={assets}
        placeholder="All"
        onChange={(asset) => onChange({ asset })}
      />
      <TimeRangeFilter from={search.from} to={search.to} now={now} onChange={onChange} />
    </>
  );
}
