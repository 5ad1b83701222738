import { beforeEach, describe, expect, it, vi } from "vitest";
import { useNotices } from "@/components/notices";
import { type LogLine, tellLines } from "./logLines";

const line = (id: string, level: LogLine["level"] = "error"): LogLine => ({
  id,
  level,
  category: "trading",
  message: `what happened in ${id}`,
});
const shown = () => useNotices.getState().notices.map((notice) => notice.text);

beforeEach(() => {
  vi.useFakeTimers();
  useNotices.setState(useNotices.getInitialState(), true);
});

describe("the lines of the log", () => {
  it("are told once, whether they came by the feed, by reading, or by both", () => {
    tellLines([line("a1")]);
    tellLines([line("a2"), line("a1")]);
    tellLines([line("a2")]);
    expect(shown()).toEqual(["what happened in a2", "what happened in a1"]);
    expect(useNotices.getState().notices.map((notice) => notice.tone)).toEqual(["error", "error"]);
  });

  it("are warnings and errors only", () => {
    tellLines([line("b1", "info"), line("b2", "warning")]);
    expect(useNotices.getState().notices.map((notice) => notice.tone)).toEqual(["warning"]);
  });

  it("are counted where too many come at once", () => {
    tellLines(["c9", "c8", "c7", "c6", "c5"].map((id) => line(id)));
    expect(useNotices.getState().notices.map((notice) => notice.title)).toEqual([
      "2 more alerts",
      "trading",
      "trading",
      "trading",
    ]);
    expect(shown()[1]).toBe("what happened in c9");
  });

  it("are remembered only as long as they could come again", () => {
    tellLines(Array.from({ length: 600 }, (_, number) => line(`d${number}`)));
    const before = shown().length;
    tellLines([line("d599")]);
    expect(shown()).toHaveLength(before);
    tellLines([line("d0")]);
    expect(shown()).toHaveLength(before + 1);
  });
});
