// Which decisions: outcome, reason, bot, asset, time.
import { useAssets } from "@/api/assets";
import { useBotOptions } from "@/api/bots";
import { FilterBar, SelectFilter } from "@/components/FilterBar";
import { SuggestFilter } from "@/components/SuggestFilter";
import { TimeRangeFilter } from "@/components/TimeRangeFilter";
import { clockOf, useLive } from "@/live/store";
import type { DecisionsSearch } from "./search";

import { plain, SKIP_CODES } from "./words";

const OUTCOMES = [
  { value: "execute", label: "Traded" },
  { value: "skip", label: "Skipped" },
];

interface DecisionsFiltersProps {
  search: DecisionsSearch;
  onChange: (part: Partial<DecisionsSearch>) => void;
  onClear: (() => void) | undefined;
}

export function DecisionsFilters({ search, onChange, onClear }: DecisionsFiltersProps) {
  const now = useLive(clockOf);
  const assets = useAssets();
  const options = useBotOptions(search.botId);
  const { botId, code } = search;
  const codes = code === undefined || SKIP_CODES.includes(code) ? SKIP_CODES : [...SKIP_CODES, code];
  return (
    <FilterBar label="Filter decisions" onClear={onClear}>
      <SelectFilter
        label="Outcome"
        value={code === undefined ? search.outcome : "skip"}
        options={OUTCOMES}
        all="All"
        onChange={(outcome) => onChange({ outcome: outcome as DecisionsSearch["outcome"], code: undefined })}
      />
      <SelectFilter
        label="Skipped because of"
        value={code}
        options={codes.map((each) => ({ value: each, label: plain(each) }))}
        all="Any reason"
        onChange={(chosen) => onChange({ code: chosen, outcome: undefined })}
      />
      <SelectFilter
        label="Bot"
        value={botId}
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
