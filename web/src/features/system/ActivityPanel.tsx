// What goes on, and by which clock: the trader's time, the last event and order, the settings in force, this page's feed.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { stateQuery } from "@/api/queries";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, useNow } from "@/components/states";
import { count, dateTime, duration } from "@/format/format";
import { type LiveStore, useLive } from "@/live/store";
import { useZone } from "@/preferences";
import { ageBy, isReplay } from "./clocks";
import { systemQuery } from "./queries";
import { type Tone, Vital } from "./Vital";

const STATE_EVERY_MS = 5_000;

export function ActivityPanel() {
  const state = useQuery({ ...stateQuery(), refetchInterval: STATE_EVERY_MS });
  const shown = state.data !== undefined && !state.data.public;
  const world = useQuery({ ...systemQuery(), enabled: shown }).data?.world;
  return (
    <Panel title={<b>Activity</b>} flush>
      <Answer query={state} staleAfterMs={3 * STATE_EVERY_MS} loadingLines={3}>
        {(data) => <Activity state={data} world={world} />}
      </Answer>
    </Panel>
  );
}

interface ActivityProps {
  state: Schemas["State"];
  /** Undefined while it is not known. */
  world: Schemas["World"] | undefined;
}

const WORLDS: Record<NonNullable<Schemas["World"]["kind"]>, string> = {
  mainnet: "Hyperliquid's main network",
  testnet: "Hyperliquid's test network",
  simulator: "the exchange simulator of this machine",
};

function Activity({ state, world }: ActivityProps) {
  const { systemStatus: status } = state;
  const now = useNow(1000);
  const replay = world?.replay ?? isReplay(status.clockTime, status.heartbeatAge, now);
  return (
    <>
      {replay && <ReplayNote clock={status.clockTime} now={now} />}
      {world?.kind && (
        <p className="world-note">
          Trades on <b>{WORLDS[world.kind]}</b>, mode {state.mode}
          {state.armed ? ", armed for live trading." : ", not armed for live trading."}
        </p>
      )}
      <dl className="vitals">
        <Vital
          name={replay ? "Clock of the replay" : "Clock of the trader"}
          tone={replay ? "warn" : "plain"}
          word={<Time at={status.clockTime} as="clock" />}
        >
          <Time at={status.clockTime} as="day" />, up {duration(status.uptime * 1000)}
        </Vital>
        <Vital
          name="Last event of a bot"
          tone="plain"
          word={<Ago clock={status.clockTime} at={status.lastEventTime} />}
        >
          <Time at={status.lastEventTime} as="full" />
        </Vital>
        <Vital name="Last order of ours" tone="plain" word={<Ago clock={status.clockTime} at={status.lastOrderTime} />}>
          <Time at={status.lastOrderTime} as="full" />
        </Vital>
        <LinkVital />
      </dl>
    </>
  );
}

function ReplayNote({ clock, now }: { clock: number | null; now: number }) {
  const zone = useZone();
  if (clock === null) return null;
  return (
    <p className="replay-note">
      <b>This is a replay.</b> The system's clock says {dateTime(clock, zone)}, {duration(Math.abs(now - clock))}{" "}
      {clock < now ? "behind" : "ahead of"} this machine's. Ages of events and orders are by the replay's clock.
    </p>
  );
}

function Ago({ clock, at }: { clock: number | null; at: number | null }) {
  const age = ageBy(clock, at);
  if (age === null) return <span className="dim">{at === null ? "None yet" : "–"}</span>;
  return <>{age < 1000 ? "Just now" : `${duration(age)} ago`}</>;
}

const LINK_WORDS: Record<LiveStore["link"], readonly [string, Tone]> = {
  live: ["Live", "good"],
  connecting: ["Connecting", "warn"],
  reconnecting: ["Reconnecting", "bad"],
  "logged-out": ["Logged out", "warn"],
};

/** The socket of this very page. */
function LinkVital() {
  const link = useLive((live) => live.link);
  const taken = useLive((live) => live.taken);
  const heardAt = useLive((live) => live.heardAt);
  const now = useNow(1000);
  const [word, tone] = LINK_WORDS[link];
  return (
    <Vital name="This page's feed" tone={tone} word={word}>
      {heardAt === null ? "Nothing heard yet" : `Heard ${duration(Math.max(0, now - heardAt))} ago`}, {count(taken)}{" "}
      {taken === 1 ? "item" : "items"} so far
    </Vital>
  );
}
