// What a stranger reads first: who trades, who loses, and how the one who bets against them stands.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { modelsQuery, stateQuery } from "@/api/queries";
import { Delta, Money } from "@/components/figures";
import { Stale } from "@/components/states";
import { count } from "@/format/format";
import { STALE_AFTER_MS } from "@/live/store";

export function Headline() {
  const whole = useQuery(stateQuery());
  const state = whole.data;
  const models = useQuery(modelsQuery()).data?.bots;
  const standing = standingOf(models);
  // The public is told whole dollars.
  const digits = state?.public ? 0 : 2;
  const fadeChange = ratio(state?.equity.fadeArena, state?.equity.startingEquity.fadeArena);
  return (
    <>
      <div className="page-head">
        <h1>Arena</h1>
        <p>{models === undefined ? "" : sentence(standing)}</p>
      </div>
      <Stale at={whole.data ? whole.dataUpdatedAt : null} afterMs={STALE_AFTER_MS}>
        <dl className="tiles arena-tiles">
          <Tile name="The fade" accent="--fade" testid="tile-fade" under={<Change value={fadeChange} />}>
            <Money value={state?.equity.fadeArena} digits={digits} />
          </Tile>
          <Tile name="The fade today" under="since midnight UTC">
            <Delta value={state?.dailyPnL.fadeArena} digits={digits} />
          </Tile>
          <Tile name="Bots together" accent="--bots" testid="tile-bots" under={<Change value={standing.change} />}>
            <Money value={state?.equity.botsAggregate} />
          </Tile>
          <Tile name="Bots today" under="since midnight UTC">
            <Delta value={state?.dailyPnL.bots} />
          </Tile>
          {state?.openPositions !== null && (
            <Tile name="Our positions" testid="tile-positions" under={<OpenWords open={state?.openPositions} />}>
              {count(state?.openPositions?.count)}
            </Tile>
          )}
          <Tile name="Bots below their start" under={standing.known > 0 ? `of ${standing.known}` : "not known"}>
            {standing.known > 0 ? count(standing.below) : count(null)}
          </Tile>
        </dl>
      </Stale>
    </>
  );
}

interface TileProps {
  name: string;
  /** Custom property of a colour: the line of this figure in the chart. */
  accent?: string;
  testid?: string;
  under: ReactNode;
  children: ReactNode;
}

function Tile({ name, accent, testid, under, children }: TileProps) {
  return (
    <div className="tile" style={accent ? { boxShadow: `inset 0 2px var(${accent})` } : undefined}>
      <dt>{name}</dt>
      <dd data-testid={testid}>
        {children}
        <small>{under}</small>
      </dd>
    </div>
  );
}

function Change({ value }: { value: number | null }) {
  return value === null ? (
    "as last recorded"
  ) : (
    <>
      <Delta value={value} as="percent" /> since start
    </>
  );
}

function OpenWords({ open }: { open: Schemas["OpenPositions"] | null | undefined }) {
  return (
    <>
      <Money value={open?.totalNotional} digits={0} /> gross, <Money value={open?.netNotional} digits={0} /> netted
    </>
  );
}

interface Standing {
  bots: number;
  /** Null where it is not told. */
  enabled: number | null;
  /** Of how many the start is known. */
  known: number;
  below: number;
  change: number | null;
}

function standingOf(models: readonly Schemas["Model"][] | undefined): Standing {
  const bots = models ?? [];
  const known = bots.filter((bot) => bot.botStats.equity !== null && bot.botStats.startingEquity !== null);
  const sum = (pick: (stats: Schemas["BotStats"]) => number | null | undefined) =>
    known.reduce((total, bot) => total + Number(pick(bot.botStats) ?? 0), 0);
  return {
    bots: bots.length,
    enabled: bots.some((bot) => bot.enabled === null) ? null : bots.filter((bot) => bot.enabled).length,
    known: known.length,
    below: known.filter((bot) => Number(bot.botStats.equity) < Number(bot.botStats.startingEquity)).length,
    change:
      known.length > 0
        ? ratio(
            sum((stats) => stats.equity),
            sum((stats) => stats.startingEquity),
          )
        : null,
  };
}

function ratio(now: number | null | undefined, start: number | null | undefined): number | null {
  return now === null || now === undefined || !start ? null : now / start - 1;
}

function sentence(standing: Standing): string {
  if (standing.bots === 0) return "No bot is watched yet.";
  const machines = `${standing.bots} ${standing.bots === 1 ? "machine trades" : "machines trade"}`;
  const losing = standing.known > 0 ? `, ${standing.below} of them ${standing.below === 1 ? "is" : "are"} losing` : "";
  const faded = standing.enabled === null ? "them" : standing.enabled === standing.bots ? "each" : standing.enabled;
  return `${machines}${losing}. The fade takes the other side of ${faded}.`;
}
