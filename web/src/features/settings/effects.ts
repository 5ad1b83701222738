// What a change will do once it is saved, in a sentence: what happens at once, what from the next event on, what never.
// Pure. Nothing is ever opened by a change alone: only what lets or makes us reduce is acted on at once.
import { moneyExact } from "@/format/format";
import { placeOf, type Scalar, type SettingName } from "./definitions";
import type { Change } from "./draft";

/** How things stand now, as far as it is known. */
export interface Facts {
  /** USD, the sum over assets of our net positions. */
  exposure: number | null;
  /** USD since midnight UTC. */
  dailyPnl: number | null;
  killSwitch: boolean | null;
}

const AT_ONCE = "Reductions follow at once, increases with the bots' next events.";
const NEXT_EVENT = "Holds from the next event on.";
const LOOSER = "Lets more through from the next event on; nothing is opened by this alone.";

/** null as a limit is more than any amount. */
const amount = (value: Scalar): number => (value === null ? Number.POSITIVE_INFINITY : Number(value));
const isTighter = ({ from, to }: Change): boolean => amount(to) < amount(from);

export function effectOf(change: Change, facts: Facts): string {
  const place = placeOf(change.path);
  if (place === null) return "";
  switch (place.kind) {
    case "cap":
      return isTighter(change)
        ? `Holds back increases in ${place.asset} from the next event on; what is held stays and may only shrink while it is above.`
        : LOOSER;
    case "bot":
      return ofBot(place.field, change);
    case "setting":
      return EFFECTS[place.setting.name](change, facts);
  }
}

function ofBot(field: "enabled" | "leverageMultiplier" | "sizingRule" | "adoptExisting", change: Change): string {
  switch (field) {
    case "enabled":
      return change.to === true
        ? "It is faded again from its next event on."
        : "Nothing more is opened against it; exits still follow it.";
    case "leverageMultiplier":
      return ofMultiplier(change);
    case "sizingRule":
      return AT_ONCE;
    case "adoptExisting":
      return ADOPT;
  }
}

const ADOPT = "Holds for positions that are first seen from now on.";

function ofMultiplier({ from, to }: Change): string {
  if (from === null || to === null) return AT_ONCE;
  return Number(to) < Number(from)
    ? "Positions are cut to the new size at once."
    : "Positions grow with the bots' next events; nothing is opened by this alone.";
}

function ofGlobalCap(change: Change, { exposure }: Facts): string {
  if (!isTighter(change)) return LOOSER;
  const over = exposure !== null && exposure > amount(change.to);
  return over
    ? `${moneyExact(Math.round(exposure))} is held now, more than this: nothing is opened until it has shrunk below.`
    : "Holds back increases from the next event on; what is held stays.";
}

function ofLossLimit(change: Change, { dailyPnl }: Facts): string {
  if (change.to !== null && dailyPnl !== null && dailyPnl <= -Number(change.to))
    return "Today's loss is past it already: nothing is opened until midnight UTC; exits still follow.";
  return isTighter(change) ? "Holds from the next event on; exits are never held back." : LOOSER;
}

function ofExits({ to }: Change, { killSwitch }: Facts): string {
  if (killSwitch !== true) return "Matters once the kill switch is on; it is off now.";
  if (to === "flatten") return "The kill switch is on: everything we hold is closed at once.";
  return to === "follow"
    ? "The kill switch is on: positions that bots have left are closed at once."
    : "The kill switch is on: no order is sent any more, exits included.";
}

const limit = (change: Change): string => (isTighter(change) ? NEXT_EVENT : LOOSER);
const NEXT_ORDER = "Holds for simulated orders from now on; what was filled stays as it was.";

const EFFECTS: Record<SettingName, (change: Change, facts: Facts) => string> = {
  sizingRule: () => AT_ONCE,
  defaultLeverageMultiplier: ofMultiplier,
  fixedNotional: () => `${AT_ONCE} Only bots under the rule “fixed amount” are touched.`,
  adoptExisting: () => ADOPT,
  globalExposureCap: ofGlobalCap,
  maxOrderNotional: limit,
  capPolicy: ({ to }) =>
    to === "clamp"
      ? "From the next event on, what fits is traded."
      : "From the next event on, what does not fit whole is dropped.",
  dailyLossLimit: ofLossLimit,
  maxOrdersPerMinute: limit,
  maxEventAgeSeconds: limit,
  maxPriceAgeSeconds: limit,
  maxSlippageBps: limit,
  killSwitchExits: ofExits,
  simulatedFillModel: () => NEXT_ORDER,
  simulatedSlippageBps: () => NEXT_ORDER,
  simulatedFeeBps: () => NEXT_ORDER,
  simulatedStartingEquity: () => "The simulated equity moves by the difference at once; trades stay as they were.",
};
