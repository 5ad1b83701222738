// Health checks, each with its detail, as the server judges them; above them in one word the worst of all.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { Answer } from "@/components/states";
import { count, duration } from "@/format/format";
import { HEALTH_EVERY_MS, healthQuery } from "./queries";
import { type Tone, Vital } from "./Vital";

type Health = Schemas["Health"];
type Status = Health["status"];

const TONES: Record<Status, Tone> = { healthy: "good", degraded: "warn", unhealthy: "bad" };
const BADGES: Record<Status, string> = { healthy: "tone-gain", degraded: "tone-warn", unhealthy: "tone-danger" };

export function HealthPanel() {
  const health = useQuery(healthQuery());
  const status = health.error === null ? health.data?.status : undefined;
  return (
    <Panel
      title={<b>Health</b>}
      flush
      tools={status !== undefined && <span className={`badge ${BADGES[status]}`}>{status}</span>}
    >
      <Answer query={health} staleAfterMs={3 * HEALTH_EVERY_MS} loadingLines={3}>
        {({ checks }) => (
          <dl className="vitals">
            <Check name="Database" check={checks.database}>
              {checks.database.latency === null ? null : `One small question took ${quick(checks.database.latency)}`}
            </Check>
            <Check name="Trader" check={checks.trader}>
              {checks.trader.heartbeatAge === null
                ? null
                : `Last sign of life ${duration(checks.trader.heartbeatAge * 1000)} ago`}
            </Check>
            <Check name="Exchange" check={checks.hyperliquid}>
              {checks.hyperliquid.latency !== null && `${quick(checks.hyperliquid.latency)} there and back. `}
              {checks.hyperliquid.lastSuccessfulCall !== null && (
                <>
                  Last checked <Time at={checks.hyperliquid.lastSuccessfulCall} as="clock" />
                </>
              )}
            </Check>
            <Check name="Live feed" check={checks.liveFeed}>
              {count(checks.liveFeed.clients)} {checks.liveFeed.clients === 1 ? "page listens" : "pages listen"}
            </Check>
          </dl>
        )}
      </Answer>
    </Panel>
  );
}

/** Nothing takes no time at all. */
const quick = (ms: number): string => (ms < 1 ? "less than 1 ms" : duration(ms));

interface CheckProps {
  name: string;
  check: { status: Status; detail: string };
  children: ReactNode;
}

function Check({ name, check, children }: CheckProps) {
  const word = check.detail.charAt(0).toUpperCase() + check.detail.slice(1);
  return (
    <Vital name={name} tone={TONES[check.status]} word={word}>
      <span className="visually-hidden">{check.status}. </span>
      {children}
    </Vital>
  );
}
