import { expect, test } from "vitest";
import { slotOf, slotsOf, stepOf } from "./priceGrid";

const MINUTE = 60_000;
const at = (minute: number, price: number) => ({ timestamp: minute * MINUTE + 1234, price });

test("every minute has its slot, so that distances on the screen are distances in time", () => {
  const slots = slotsOf([at(5, 100), at(10, 101)], 4 * MINUTE, 12 * MINUTE, 5 * MINUTE);
  expect(slots.map((slot) => slot.time)).toEqual([240, 300, 360, 420, 480, 540, 600, 660, 720]);
  expect(slots.filter((slot) => slot.price !== null).map((slot) => [slot.time, slot.price])).toEqual([
    [300, 100],
    [600, 101],
  ]);
});

test("a long range takes wider steps and keeps the last mark of each", () => {
  const week = 7 * 24 * 60 * MINUTE;
  const step = stepOf(0, week);
  expect(step).toBe(7 * MINUTE);
  const slots = slotsOf([at(0, 1), at(5, 2), at(10, 3)], 0, week, 5 * MINUTE);
  expect(slots.length).toBeLessThanOrEqual(1501);
  expect(slots[0]?.price).toBe(2);
  expect(slotOf(10 * MINUTE, step)).toBe(slots[1]?.time);
});

test("where marks are missing, what comes after is told, and what is usual is no gap", () => {
  const slots = slotsOf([at(0, 1), at(5, 2), at(30, 3)], 0, 40 * MINUTE, 5 * MINUTE);
  expect(slots.filter((slot) => slot.afterGap).map((slot) => slot.time)).toEqual([1800]);
});
