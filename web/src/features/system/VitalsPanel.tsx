// Signs of life: the trader, its exchange, the database, this page's own feed, and the clock that all of them go by.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { stateQuery } from "@/api/queries";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer, useNow } from "@/components/states";
import { count, dateTime, duration } from "@/format/format";
import { type LiveStore, useLive } from "@/live/store";
import { useZone } from "@/preferences";
import { ageBy, isReplay } from "./clocks";
import { figureOf, type Sample } from "./exposition";
import { metricsQuery } from "./queries";

/** State frames come every five seconds; without the feed the state is read as often. */
const STATE_EVERY_MS = 5_000;
const HEARTBEAT_OLD_S = 30;

export function VitalsPanel() {
  const state = useQuery({ ...stateQuery(), refetchInterval: STATE_EVERY_MS });
  const samples = useQuery(metricsQuery()).data ?? [];
  return (
    <Panel title={<b>Signs of life</b>} flush>
      <Answer query={state} staleAfterMs={3 * STATE_EVERY_MS}>
        {(data) => <Vitals state={data} samples={samples} />}
      </Answer>
    </Panel>
  );
}

function Vitals({ state, samples }: { state: Schemas["State"]; samples: readonly Sample[] }) {
  const { systemStatus: status } = state;
  const now = useNow(1000);
  const alive = status.heartbeatAge !== null && status.heartbeatAge <= HEARTBEAT_OLD_S;
  const replay = isReplay(status.clockTime, status.heartbeatAge, now);
  const latency = figureOf(samples, "fadearena_database_latency_seconds");
  return (
    <>
      {replay && <ReplayNote clock={status.clockTime} now={now} />}
      <dl className="vitals">
        <Vital
          name="Trader"
          tone={alive ? "good" : "bad"}
          word={status.heartbeatAge === null ? "Never ran" : alive ? "Runs" : "Does not run"}
        >
          {status.heartbeatAge === null
            ? "No trader has written a sign of life yet."
            : `Heartbeat ${duration(status.heartbeatAge * 1000)} ago, up ${duration(status.uptime * 1000)}`}
        </Vital>
        <Vital
          name="Exchange"
          tone={status.hyperliquidConnected && alive ? "good" : "bad"}
          word={!alive ? "Not known" : status.hyperliquidConnected ? "Connected" : "Not connected"}
        >
          By what the trader last wrote
        </Vital>
        <Vital
          name="Database"
          tone={figureOf(samples, "fadearena_database_up") === 0 ? "bad" : "good"}
          word={latency === null ? "Answers" : duration(latency * 1000)}
        >
          {latency === null ? "It answered the last question" : "One small question, there and back"}
        </Vital>
        <LinkVital samples={samples} />
        <Vital name="Last event" tone="plain" word={<Ago clock={status.clockTime} at={status.lastEventTime} />}>
          <Time at={status.lastEventTime} as="full" />
        </Vital>
        <Vital name="Last order" tone="plain" word={<Ago clock={status.clockTime} at={status.lastOrderTime} />}>
          <Time at={status.lastOrderTime} as="full" />
        </Vital>
        <Vital name="Clock" tone={replay ? "warn" : "plain"} word={<Time at={status.clockTime} as="clock" />}>
          {replay ? "Of the replay: " : "Of the trader: "}
          <Time at={status.clockTime} as="day" />
        </Vital>
        <Vital name="Settings" tone="plain" word={`Version ${state.settingsVersion}`}>
          Mode {state.mode}
          {state.armed ? ", armed for live" : ", not armed for live"}
        </Vital>
      </dl>
    </>
  );
}

function ReplayNote({ clock, now }: { clock: number | null; now: number }) {
  const zone = useZone();
  if (clock === null) return null;
  return (
    <p className="replay-note" role="status">
      <b>This is a replay.</b> The system's clock says {dateTime(clock, zone)}, {duration(Math.abs(now - clock))}{" "}
      {clock < now ? "behind" : "ahead of"} this machine's. Ages below are by the replay's clock.
    </p>
  );
}

function Ago({ clock, at }: { clock: number | null; at: number | null }) {
  const age = ageBy(clock, at);
  if (age === null) return <span className="dim">{at === null ? "None yet" : "–"}</span>;
  return <>{age < 1000 ? "Just now" : `${duration(age)} ago`}</>;
}

const LINK_WORDS: Record<LiveStore["link"], readonly [string, "good" | "warn" | "bad"]> = {
  live: ["Live", "good"],
  connecting: ["Connecting", "warn"],
  reconnecting: ["Reconnecting", "bad"],
  "logged-out": ["Logged out", "warn"],
};

/** The socket of this very page. */
function LinkVital({ samples }: { samples: readonly Sample[] }) {
  const link = useLive((live) => live.link);
  const taken = useLive((live) => live.taken);
  const heardAt = useLive((live) => live.heardAt);
  const now = useNow(1000);
  const clients = figureOf(samples, "fadearena_websocket_clients");
  const [word, tone] = LINK_WORDS[link];
  return (
    <Vital name="Live feed" tone={tone} word={word}>
      {heardAt === null ? "Nothing heard yet" : `Heard ${duration(Math.max(0, now - heardAt))} ago`}, {count(taken)}{" "}
      items since the page opened{clients === null ? "" : `; ${count(clients)} connected`}
    </Vital>
  );
}

interface VitalProps {
  name: string;
  tone: "good" | "warn" | "bad" | "plain";
  word: ReactNode;
  children: ReactNode;
}

const MARKS = { good: "●", warn: "▲", bad: "✕", plain: "" } as const;

/** Says how it is by mark, word and colour. */
export function Vital({ name, tone, word, children }: VitalProps) {
  return (
    <div className="vital" data-tone={tone}>
      <dt>{name}</dt>
      <dd className="vital-word">
        {MARKS[tone] !== "" && <span aria-hidden="true">{MARKS[tone]} </span>}
        {word}
      </dd>
      <dd className="vital-detail">{children}</dd>
    </div>
  );
}
