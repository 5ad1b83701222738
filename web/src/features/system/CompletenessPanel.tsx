// What is proven of every wallet's history: over which stretches every fill is stored, and where something is missing.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { botsQuery, completenessQuery } from "@/api/queries";
import { BotChip } from "@/components/BotChip";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState } from "@/components/states";
import { count, duration, shortHash } from "@/format/format";
import { systemQuery } from "./queries";
import { extentOf, placed, provenBy } from "./ranges";

type Wallet = Schemas["WalletCompleteness"];
type Range = Schemas["RangeView"];
type Watch = Schemas["WalletView"];

const READ_EVERY_MS = 30_000;

export function CompletenessPanel() {
  const completeness = useQuery({ ...completenessQuery(), refetchInterval: READ_EVERY_MS });
  const bots = useQuery(botsQuery()).data?.bots;
  const watches = useQuery(systemQuery()).data?.wallets;
  const names = new Map(bots?.map((bot) => [bot.id, bot.name]));
  return (
    <Panel title={<b>Completeness of each wallet's history</b>} flush>
      <Answer query={completeness} staleAfterMs={3 * READ_EVERY_MS}>
        {({ wallets }) =>
          wallets.length === 0 ? (
            <EmptyState title="No wallet is watched yet">Add a bot under Models.</EmptyState>
          ) : (
            <ul className="wallets">
              {wallets.map((wallet) => (
                <WalletLine
                  key={wallet.walletAddress}
                  wallet={wallet}
                  name={wallet.botId === null ? undefined : names.get(wallet.botId)}
                  watch={watches?.find((watch) => watch.walletAddress === wallet.walletAddress)}
                  extent={extentOf(wallets.flatMap((each) => each.ranges))}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}

interface WalletLineProps {
  wallet: Wallet;
  name: string | undefined;
  /** What the trader says of it; undefined where it says nothing. */
  watch: Watch | undefined;
  extent: { from: number; to: number } | null;
}

function WalletLine({ wallet, name, watch, extent }: WalletLineProps) {
  const proven = provenBy(wallet.ranges);
  return (
    <li className="wallet">
      <div className="wallet-head">
        {wallet.botId === null ? (
          <span className="dim">No longer watched</span>
        ) : (
          <BotChip id={wallet.botId} name={name} linked />
        )}
        <code className="dim" title={wallet.walletAddress}>
          {shortHash(wallet.walletAddress)}
        </code>
        <span className="dim">
          {count(wallet.fills)} {wallet.fills === 1 ? "fill" : "fills"}
        </span>
        <Watching watch={watch} />
        <Verdict wallet={wallet} />
      </div>
      {extent && <Strip ranges={wallet.ranges} extent={extent} />}
      {proven === null ? (
        <p className="dim">Nothing is proven yet.</p>
      ) : (
        <p className="wallet-proven">
          {proven.fromTime === proven.toTime ? (
            <>
              Watched from <Time at={proven.fromTime} /> on; nothing after it is proven yet
            </>
          ) : (
            <>
              Every fill from <Time at={proven.fromTime} /> to <Time at={proven.toTime} /> is stored (
              {duration(proven.toTime - proven.fromTime)})
            </>
          )}
          , noted <Time at={proven.updatedAt} />
          {wallet.lastFillAt !== null && (
            <>
              ; last fill <Time at={wallet.lastFillAt} />
            </>
          )}
        </p>
      )}
      <details className="wallet-ranges">
        <summary>
          {count(wallet.totalRanges)} {wallet.totalRanges === 1 ? "range" : "ranges"}
        </summary>
        <ul>
          {wallet.ranges.map((range) => (
            <RangeLine key={`${range.asset}-${range.fromTime}-${range.toTime}-${range.state}`} range={range} />
          ))}
        </ul>
        {wallet.ranges.length < wallet.totalRanges && (
          <p className="dim">The newest {count(wallet.ranges.length)} are shown.</p>
        )}
      </details>
    </li>
  );
}

/** How the trader watches it now. */
function Watching({ watch }: { watch: Watch | undefined }) {
  if (watch === undefined) return null;
  if (!watch.caughtUp) return <span className="tone-warn">catching up</span>;
  return watch.live ? <span className="dim">watched live</span> : <span className="tone-warn">not live</span>;
}

function Verdict({ wallet }: { wallet: Wallet }) {
  if (wallet.openGaps > 0)
    return (
      <span className="badge tone-danger">
        ✕ {count(wallet.openGaps)} open {wallet.openGaps === 1 ? "gap" : "gaps"}
      </span>
    );
  return wallet.complete ? (
    <span className="badge tone-gain">✓ Complete</span>
  ) : (
    <span className="badge tone-warn">Not proven</span>
  );
}

const STATE_WORDS: Record<Range["state"], string> = {
  complete: "complete",
  gap: "open gap",
  repaired: "repaired gap",
};

function RangeLine({ range }: { range: Range }) {
  return (
    <li className="range" data-state={range.state}>
      <b>{STATE_WORDS[range.state]}</b> {range.asset ?? "all assets"}, <Time at={range.fromTime} />
      {range.toTime !== range.fromTime && (
        <>
          {" "}
          to <Time at={range.toTime} />
        </>
      )}
      : {range.detail} <span className="dim">(noted</span> <Time at={range.updatedAt} />
      <span className="dim">)</span>
    </li>
  );
}

/** All stretches on one line of time, the same for every wallet; the words beside it say the same. */
function Strip({ ranges, extent }: { ranges: readonly Range[]; extent: { from: number; to: number } }) {
  return (
    <div className="strip" aria-hidden="true">
      {placed(ranges, extent).map(({ left, width, state, key }) => (
        <span key={key} data-state={state} style={{ left: `${left}%`, width: `${width}%` }} />
      ))}
    </div>
  );
}
