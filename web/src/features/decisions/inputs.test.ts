import { expect, test } from "vitest";
import { heldSize, inputRows } from "./inputs";

// BNB has three decimals: 3,330 lots are 3.33, and 1,118,500 micro-dollars a lot are $1,118.50.
const INPUTS = {
  bot_lots: -3330,
  held_lots: 3330,
  multiplier_e4: 15_000,
  sizing_rule: 1,
  bot_price: 1_118_500,
  anchor_price: 0,
  price_age_ms: -1,
  event_age_ms: 850,
  our_equity: 66_567_392_571,
  orders_last_minute: 0,
  kill_switch: 2,
  bot_enabled: 1,
  brand_new: 7,
};

const shown = (label: string) => inputRows(INPUTS, 3).find((row) => row.label === label)?.value;

test("lots, price units and micro-dollars are said in sizes, prices and dollars", () => {
  expect(shown("The bot holds")).toBe("−3.33");
  expect(shown("The bot's price")).toBe("1,118.50");
  expect(shown("Our equity")).toBe("$66,567.39");
  expect(shown("Multiplier")).toBe("1.5×");
  expect(heldSize({ inputs: INPUTS, sizeDecimals: 3 })).toBe(3.33);
});

test("codes are words, and what is not known is not shown as zero", () => {
  expect(shown("Sizing rule")).toBe("equity ratio");
  expect(shown("Kill switch")).toBe("on, follow");
  expect(shown("Bot enabled")).toBe("yes");
  expect(shown("The bot's price when its position was opened")).toBe("–");
  expect(shown("Age of these prices")).toBe("–");
  expect(shown("Age of the event")).toBe("850 ms");
  expect(shown("Orders in the last minute")).toBe("0");
});

test("what was decided again without a new event has no age, and says why", () => {
  expect(inputRows({ event_age_ms: -1 }, 0)).toEqual([
    { key: "event_age_ms", label: "Age of the event", value: "no new event" },
  ]);
  expect(inputRows({ event_age_ms: 0 }, 0)[0]?.value).toBe("0 ms");
});

test("a number this page does not know is shown as it is recorded; nothing recorded is nothing", () => {
  expect(shown("brand_new")).toBe("7");
  expect(inputRows({}, 3)).toEqual([]);
  expect(inputRows(null, 3)).toEqual([]);
  expect(heldSize({ inputs: {}, sizeDecimals: 3 })).toBeNull();
});
