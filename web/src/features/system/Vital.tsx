// One sign of life: how it is, said by mark, word and colour, with a line of detail.
import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "plain";

interface VitalProps {
  name: string;
  tone: Tone;
  word: ReactNode;
  children: ReactNode;
}

const MARKS: Record<Tone, string> = { good: "●", warn: "▲", bad: "✕", plain: "" };

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
