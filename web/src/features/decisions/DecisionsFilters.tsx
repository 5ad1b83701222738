// Which decisions: outcome, reason, bot, asset, time.
import { useAssets } from "@/api/assets";
import { useBotOptions } from "@/api/bots";
import { FilterBar, SelectFilter } from "@/components/FilterBar";
import { RecordFilters } from "@/components/RecordFilters";
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
  const { code } = search;
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
