// How many decisions ended how, the skipped ones by reason: bars that filter the list when chosen.
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import type { Schemas } from "@/api/client";
import { Time } from "@/components/figures";
import { Answer, EmptyState } from "@/components/states";
import { count, percent } from "@/format/format";
import { countsQuery } from "./queries";
import { type DecisionsSearch, isImpossible } from "./search";
import { plain, skipWords } from "./words";

interface ReasonsProps {
  search: DecisionsSearch;
  onChange: (part: Partial<DecisionsSearch>) => void;
}

export function Reasons({ search, onChange }: ReasonsProps) {
  const counts = useQuery({ ...countsQuery(search), enabled: !isImpossible(search) });
  if (isImpossible(search)) return <EmptyState title="Nothing to count" />;
  return (
    <Answer query={counts} staleAfterMs={45_000}>
      {(data) =>
        data.counted === 0 ? (
          <EmptyState title="Nothing to count">No decision on this bot, asset and time.</EmptyState>
        ) : (
          <Bars counts={data} search={search} onChange={onChange} />
        )
      }
    </Answer>
  );
}

interface BarsProps extends ReasonsProps {
  counts: Schemas["DecisionCounts"];
}

function Bars({ counts, search, onChange }: BarsProps) {
  const { executed, skipped, bySkipCode, counted, countedSince } = counts;
  const skips = search.code === undefined && search.outcome === "skip";
  return (
    <div className="skips">
      <ul className="skip-list">
        <Bar
          name="traded"
          meaning="An order was sent."
          tone="gain"
          value={executed}
          of={counted}
          chosen={search.outcome === "execute"}
          onChoose={(on) => onChange({ outcome: on ? "execute" : undefined, code: undefined })}
        />
        <Bar
          name="skipped"
          meaning="Nothing was sent."
          tone="warn"
          value={skipped}
          of={counted}
          chosen={skips}
          onChoose={(on) => onChange({ outcome: on ? "skip" : undefined, code: undefined })}
        />
      </ul>
      {bySkipCode.length > 0 && (
        <>
          <h3>Skipped because of</h3>
          <ul className="skip-list">
            {bySkipCode.map((reason) => (
              <Bar
                key={reason.code}
                name={plain(reason.code)}
                meaning={skipWords(reason.code) ?? reason.sentence}
                tone="warn"
                value={reason.count}
                of={skipped}
                chosen={search.code === reason.code}
                onChoose={(on) => onChange({ code: on ? reason.code : undefined, outcome: undefined })}
              />
            ))}
          </ul>
        </>
      )}
      {countedSince !== null && (
        <p className="dim">
          The newest {count(counted)} were counted, since <Time at={countedSince} as="full" />.
        </p>
      )}
    </div>
  );
}

interface BarProps {
  name: string;
  meaning: string;
  tone: "gain" | "warn";
  value: number;
  of: number;
  chosen: boolean;
  onChoose: (on: boolean) => void;
}

function Bar({ name, meaning, tone, value, of, chosen, onChoose }: BarProps) {
  const share = of === 0 ? 0 : value / of;
  return (
    <li>
      <button
        type="button"
        className="skip-bar"
        aria-pressed={chosen}
        title={meaning}
        onClick={() => onChoose(!chosen)}
      >
        <span className="skip-name">{name}</span>
        <span className="num">
          {count(value)} <span className="dim">{percent(share, share > 0 && share < 0.01 ? 2 : 0)}</span>
        </span>
        <span className={`skip-share tone-${tone}`} style={{ "--share": share } as CSSProperties} aria-hidden="true" />
      </button>
    </li>
  );
}
