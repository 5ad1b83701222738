// The parts of an opened decision, in the order in which one asks: what, why, how much, under which rules, from what.
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { BotChip } from "@/components/BotChip";
import { whyOf } from "@/components/checks";
import { Size, Time } from "@/components/figures";
import { Ladder } from "@/components/Ladder";
import { Panel } from "@/components/Panel";
import { CopyButton } from "@/components/RawJson";
import { EmptyState } from "@/components/states";
import { EventPanel } from "./EventPanel";
import { InputsPanel } from "./InputsPanel";
import { heldSize } from "./inputs";
import { OrdersPanel } from "./OrdersPanel";
import { Outcome } from "./Outcome";
import { SettingsPanel } from "./SettingsPanel";
import { Together } from "./Together";
import { occasionWords, skipWords } from "./words";

export type Detail = Schemas["DecisionDetail"];

interface DecisionDetailProps {
  decision: Detail;
  botName: string;
}

export function DecisionDetail({ decision, botName }: DecisionDetailProps) {
  // What led to a decision is not served to the public; its record is never empty otherwise.
  const hidden = decision.settingsSnapshot === null;
  return (
    <div className="page">
      <Head decision={decision} />
      <Story decision={decision} botName={botName} />
      <Sizes decision={decision} />
      <div className="decision-columns">
        <div className="decision-stack">
          <Checks decision={decision} />
          {hidden ? <NotShown /> : <SettingsPanel decision={decision} />}
        </div>
        <div className="decision-stack">
          {!hidden && <OrdersPanel decision={decision} />}
          <EventPanel event={decision.event} />
          <Together decision={decision} />
          {!hidden && <InputsPanel decision={decision} />}
        </div>
      </div>
    </div>
  );
}

function NotShown() {
  return (
    <Panel title={<b>Settings, numbers, orders</b>}>
      <EmptyState title="Not shown in public">
        Under which settings and from which numbers it was decided, and what was ordered, is shown to the operator only.
      </EmptyState>
    </Panel>
  );
}

function Head({ decision }: { decision: Detail }) {
  return (
    <div className="page-head decision-head">
      <h1>Decision</h1>
      <p>
        <Time at={decision.timestamp} as="full" />
      </p>
      <nav className="decision-tools" aria-label="Decisions on the same bot and asset">
        <Neighbour id={decision.previousId} label="Previous" sign="←" />
        <Neighbour id={decision.nextId} label="Next" sign="→" />
        <CopyButton text={JSON.stringify(decision, null, 2)} what="this decision as JSON" label="Copy JSON" />
        <CopyButton text={location.origin + location.pathname} what="link to this decision" label="Copy link" />
      </nav>
    </div>
  );
}

function Neighbour({ id, label, sign }: { id: string | null; label: string; sign: string }) {
  const inside = (
    <>
      {label === "Previous" && <span aria-hidden="true">{sign}</span>}
      {label}
      {label === "Next" && <span aria-hidden="true">{sign}</span>}
    </>
  );
  if (id === null)
    return (
      <button
        type="button"
        className="button"
        disabled
        title={`There is no ${label.toLowerCase()} one on this bot and asset`}
      >
        {inside}
      </button>
    );
  return (
    <Link to="/decisions/$decisionId" params={{ decisionId: id }} className="button" replace>
      {inside}
    </Link>
  );
}

function Story({ decision, botName }: DecisionDetailProps) {
  const { event, botId, asset, leaderId } = decision;
  const reason = decision.reason ?? decision.skipReason;
  const occasion = occasionWords(decision.occasion);
  const meaning = decision.skipReason === null ? null : skipWords(decision.skipReason.code);
  return (
    <section className="decision-story" aria-label="In short">
      <p className="decision-headline">
        <Outcome decision={decision} /> <BotChip id={botId} name={botName} linked /> <b>{asset}</b>
        <span className="dim">went from</span> <Size value={event.previousSize} plus />
        <span className="dim">to</span> <Size value={event.currentSize} plus />
      </p>
      <p>
        {decision.decision === "execute" ? "We traded: the fade " : "We did not trade: "}
        {reason === null ? "the reason is not recorded" : reason.sentence.replace(/: decision [0-9a-f-]+$/, "")}.
        {leaderId !== null && (
          <>
            {" "}
            <Link to="/decisions/$decisionId" params={{ decisionId: leaderId }}>
              The decision that acted for this one
            </Link>
          </>
        )}
      </p>
      {occasion !== null && <p className="tone-warn">{occasion}</p>}
      {meaning !== null && <p className="dim">{meaning}</p>}
    </section>
  );
}

function Sizes({ decision }: { decision: Detail }) {
  const { asset, targetSize, deltaSize, orderSize } = decision;
  if (decision.skipReason?.code === "coalesced" || decision.skipReason?.code === "late_fill") return null;
  const tiles = [
    { name: "Target", value: targetSize, hint: "what we want to hold against the bot" },
    { name: "We hold", value: heldSize(decision), hint: "against this bot, orders on their way included" },
    { name: "Delta", value: deltaSize, hint: "target less what we hold" },
    { name: "Order", value: orderSize, hint: "what is traded now; + buys, − sells" },
  ];
  const known = tiles.filter((tile) => tile.value !== null);
  if (known.length === 0) return null;
  return (
    <dl className="tiles decision-sizes" style={{ gridTemplateColumns: known.length === 1 ? "1fr" : undefined }}>
      {known.map(({ name, value, hint }) => (
        <div key={name} className="tile">
          <dt>
            {name} {asset}
          </dt>
          <dd>
            <Size value={value} plus />
            <small>{hint}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Checks({ decision }: { decision: Detail }) {
  const { riskChecks, asset, skipReason, deltaSize } = decision;
  const checked = Number(riskChecks[0]?.sizeBefore ?? Number.NaN);
  const rest = Math.abs(deltaSize ?? checked) - checked;
  return (
    <Panel title={<b>Ladder of checks</b>} className="decision-first">
      {riskChecks.length > 0 ? (
        <div className="decision-parts">
          {checked > 0 && rest > TINY && (
            <p className="dim">
              Only the increase of <Size value={checked} /> {asset} is checked. The other <Size value={rest} /> make our
              position smaller, and an exit is never held back.
            </p>
          )}
          <Ladder checks={riskChecks} asset={asset} explain={whyOf} />
        </div>
      ) : skipReason === null ? (
        <EmptyState title="No check was needed">
          It only makes our position smaller. An exit is never held back, by no cap, limit or gap.
        </EmptyState>
      ) : (
        <EmptyState title="No check was needed">There was nothing to trade, so nothing stood in question.</EmptyState>
      )}
    </Panel>
  );
}

/** Below any lot: what is left over from reckoning with fractions. */
const TINY = 1e-9;
