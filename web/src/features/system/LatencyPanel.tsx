// How long after a bot's fill, by the exchange's time of it, we know of it, have decided, and have sent our order.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { Panel } from "@/components/Panel";
import { Answer } from "@/components/states";
import { count, duration } from "@/format/format";
import { SYSTEM_EVERY_MS, systemQuery } from "./queries";
import { Vital } from "./Vital";

type Latency = Schemas["Latency"];

const STAGES = [
  { name: "Event known", key: "eventAge", what: "from the bot's fill until it was stored" },
  { name: "Decided", key: "decision", what: "from the bot's fill until it was decided on" },
  { name: "Order sent", key: "order", what: "from the bot's fill until our order was sent" },
] as const;

const WHY_NOT: Record<Latency["measured"], string> = {
  "wall clock": "Nothing was measured yet.",
  "not in a replay": "Not measured in a replay: its events are as old as what it replays.",
  "not known": "Not known: no trader runs.",
};

export function LatencyPanel() {
  const system = useQuery(systemQuery());
  return (
    <Panel title={<b>Latency</b>} flush>
      <Answer query={system} staleAfterMs={3 * SYSTEM_EVERY_MS} loadingLines={2}>
        {({ latency }) =>
          STAGES.every((stage) => latency[stage.key] === null) ? (
            <p className="world-note">{WHY_NOT[latency.measured]}</p>
          ) : (
            <dl className="vitals vitals-three">
              {STAGES.map((stage) => (
                <Stage key={stage.key} name={stage.name} what={stage.what} quantiles={latency[stage.key]} />
              ))}
            </dl>
          )
        }
      </Answer>
    </Panel>
  );
}

interface StageProps {
  name: string;
  what: string;
  quantiles: Schemas["Quantiles"] | null;
}

function Stage({ name, what, quantiles }: StageProps) {
  return (
    <Vital name={name} tone="plain" word={duration(quantiles?.p50)}>
      {quantiles === null ? (
        "Nothing was measured yet"
      ) : (
        <>
          median; 95 % within {duration(quantiles.p95)}, of {count(quantiles.n)}
        </>
      )}
      <br />
      {what}
    </Vital>
  );
}
