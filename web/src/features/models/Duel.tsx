// The bot and what was made of it, figure by figure: the source on the left, the fade on the right, and their ratio.
import type { ReactNode } from "react";
import { usePublic } from "@/api/public";
import { Bps, Delta, Duration, Pct } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { amount, multiple, UNKNOWN } from "@/format/format";
import { fallOf, gross, type Model, net, netPnl } from "./standing";

export function Duel({ model }: { model: Model }) {
  const isPublic = usePublic();
  const { stats, botStats } = model;
  return (
    <Panel
      title={
        <>
          <b>Source against fade</b> in USD
        </>
      }
      flush
    >
      <table className="table duel">
        <caption className="visually-hidden">{model.name}, what fading it made of it, and their ratio</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Figure</span>
            </th>
            <th scope="col" className="num">
              Bot
            </th>
            <th scope="col" className="num">
              Fade
            </th>
            <th scope="col" className="num">
              Ratio
            </th>
          </tr>
        </thead>
        <tbody>
          <Line name="Equity" theirs={amount(botStats.equity, 2)} />
          <Gains name="Net PnL" theirs={netPnl(model)} ours={stats.totalPnL} />
          <Gains name="Realised" theirs={botStats.realizedPnl} ours={stats.realizedPnl} />
          <Gains name="Open" theirs={botStats.unrealizedPnl} ours={stats.unrealizedPnl} />
          {stats.funding !== null && (
            <Line name="Funding" ours={<Delta value={stats.funding} as="amount" digits={2} />} />
          )}
          <Sums name="Fees" theirs={botStats.fees} ours={stats.fees} digits={2} />
          <Sums name="Volume" theirs={botStats.volume} ours={stats.volume} />
          <Sums name="Trades" theirs={botStats.totalTrades} ours={stats.totalTrades} />
          <Line
            name="Wins"
            theirs={<Pct value={botStats.winRate} digits={0} />}
            ours={<Pct value={stats.winRate} digits={0} />}
          />
          <Line
            name="Max drawdown"
            theirs={<Pct value={fallOf(model)} digits={1} />}
            ours={stats.drawdown === null ? (isPublic ? "" : UNKNOWN) : amount(-stats.drawdown.max, 0)}
          />
          <Line
            name="Median hold"
            theirs={<Duration ms={botStats.medianHoldTime} />}
            ours={<Duration ms={stats.medianHoldTime} />}
          />
          {!isPublic && (
            <>
              <Sums
                name="Holds, gross"
                theirs={gross(model.currentPositions)}
                ours={gross(model.myMirroredPositions)}
              />
              <Gains
                name="Holds, net"
                theirs={net(model.currentPositions)}
                ours={net(model.myMirroredPositions)}
                plain
              />
            </>
          )}
        </tbody>
      </table>
      <Closeness model={model} />
    </Panel>
  );
}

/** How near our trades come to the mirror image that they are meant to be. */
function Closeness({ model }: { model: Model }) {
  const isPublic = usePublic();
  const { slippageBps, lag } = model.stats;
  return (
    <div className="closeness" data-testid="closeness">
      <dl>
        {!isPublic && (
          <div>
            <dt>Aim</dt>
            <dd>{`${multiple(-Number(model.leverageMultiplier), 4)} of each position`}</dd>
          </div>
        )}
        <div>
          <dt>Slippage, median</dt>
          <dd>
            <Bps value={slippageBps} />
          </dd>
        </div>
        <div>
          <dt>Lag, median</dt>
          <dd>
            <Duration ms={lag?.p50} />
          </dd>
        </div>
        <div>
          <dt>Lag, p95</dt>
          <dd>
            <Duration ms={lag?.p95} />
          </dd>
        </div>
      </dl>
      <p>
        {slippageBps === null
          ? "No order of ours has filled against it yet."
          : "Of our newest trades against it, 500 at most: slippage is by how much our price was worse than the bot's own, lag is from its fill to ours by the system's clock."}
      </p>
    </div>
  );
}

interface LineProps {
  name: string;
  theirs?: ReactNode;
  ours?: ReactNode;
  ratio?: number | null | undefined;
}

function Line({ name, theirs, ours, ratio }: LineProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num">{theirs}</td>
      <td className="num">{ours}</td>
      <td className="num dim">{ratio === undefined ? "" : multiple(ratio)}</td>
    </tr>
  );
}

interface NumbersProps {
  name: string;
  theirs: number | null;
  /** Null where the public is not told. */
  ours: number | null;
  /** A direction, no gain or loss. */
  plain?: boolean;
}

function Gains({ name, theirs, ours, plain = false }: NumbersProps) {
  const write = (value: number | null) =>
    plain ? amount(value, 0, true) : <Delta value={value} as="amount" digits={2} />;
  return <Line name={name} theirs={write(theirs)} ours={ours !== null && write(ours)} ratio={ratioOf(ours, theirs)} />;
}

function Sums({ name, theirs, ours, digits = 0 }: NumbersProps & { digits?: number }) {
  const own = ours !== null && amount(ours, digits);
  return <Line name={name} theirs={amount(theirs, digits)} ours={own} ratio={ratioOf(ours, theirs)} />;
}

/** Undefined where there is nothing to compare, null where it can't be. */
const ratioOf = (ours: number | null, theirs: number | null): number | null | undefined =>
  ours === null ? undefined : theirs === null || theirs === 0 ? null : ours / theirs;
