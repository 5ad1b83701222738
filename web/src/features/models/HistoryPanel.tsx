// How complete the bot's history is: one line of time, what is proven on it, what is missing, and the same in words.
import { useQuery } from "@tanstack/react-query";
import { completenessQuery } from "@/api/queries";
import { Duration, Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { count } from "@/format/format";
import { clockOf, useLive } from "@/live/store";
import type { Model } from "./standing";
import { type Stretch, type Strip, stripOf, type Wallet } from "./strip";

const WORDS: Record<Stretch["state"], string> = {
  complete: "PROVEN",
  repaired: "REPAIRED",
  gap: "GAP",
  unproven: "NOT PROVEN",
};
const LISTED = 12;
/** The clock ticks; the strip need not. */
const GRAIN_MS = 60_000;
const REFRESH_MS = 30_000;

export function HistoryPanel({ model }: { model: Model }) {
  const completeness = useQuery({ ...completenessQuery(), refetchInterval: REFRESH_MS });
  const now = useLive((live) => {
    const clock = clockOf(live);
    return clock === null ? null : Math.floor(clock / GRAIN_MS) * GRAIN_MS;
  });
  return (
    <Panel title={<b>Its history</b>} flush>
      <Answer query={completeness} staleAfterMs={4 * REFRESH_MS} loadingLines={2}>
        {({ wallets }) => {
          const wallet = wallets.find((each) => each.botId === model.id);
          const strip = wallet ? stripOf(wallet, now) : null;
          return wallet && strip ? (
            <Proof wallet={wallet} strip={strip} />
          ) : (
            <EmptyState title="Nothing is proven yet">
              What is stored of its past is checked within minutes of it being watched.
            </EmptyState>
          );
        }}
      </Answer>
    </Panel>
  );
}

function Proof({ wallet, strip }: { wallet: Wallet; strip: Strip }) {
  const newestFirst = strip.stretches.toSorted((one, other) => other.toTime - one.toTime);
  return (
    <div className="history">
      <p>
        {wallet.openGaps === 0
          ? "No gap is open: every fill of what is proven is stored."
          : `${count(wallet.openGaps)} ${wallet.openGaps === 1 ? "gap is" : "gaps are"} open. Nothing is added against this bot until ${wallet.openGaps === 1 ? "it is" : "they are"} repaired.`}
      </p>
      <div className="strip" aria-hidden="true">
        {strip.stretches.map((stretch) => (
          <span
            key={stretch.id}
            data-state={stretch.state}
            style={{ left: `${stretch.from * 100}%`, width: `${stretch.share * 100}%` }}
          />
        ))}
      </div>
      <p className="strip-ends dim">
        <Time at={strip.fromTime} as="full" />
        <Time at={strip.toTime} as="full" />
      </p>
      <ul className="stretches">
        {newestFirst.slice(0, LISTED).map((stretch) => (
          <li key={stretch.id}>
            <span className="strip-mark" data-state={stretch.state} aria-hidden="true" />
            <b>{WORDS[stretch.state]}</b>
            <span>
              <Time at={stretch.fromTime} /> to <Time at={stretch.toTime} />
              <span className="dim">
                {" "}
                (<Duration ms={stretch.toTime - stretch.fromTime} />)
              </span>
            </span>
            <span className="dim">
              {stretch.asset !== null && `${stretch.asset}: `}
              {stretch.detail}
            </span>
          </li>
        ))}
      </ul>
      {wallet.totalRanges > LISTED && (
        <p className="dim">{count(wallet.totalRanges - LISTED)} older ranges are not listed.</p>
      )}
    </div>
  );
}
