// A ruled box with a heading in capitals and room for tools beside it.
import { type ReactNode, useId } from "react";

interface PanelProps {
  title: ReactNode;
  /** Buttons, segments, a count: right of the title. */
  tools?: ReactNode;
  /** Without padding: for tables and charts. */
  flush?: boolean;
  /** Level of the heading; 2 unless the panel is inside another. */
  level?: 2 | 3;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, tools, flush = false, level = 2, className = "", children }: PanelProps) {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <Heading id={id} className="panel-title">
          {title}
        </Heading>
        {tools}
      </div>
      <div className={flush ? "panel-body-flush" : "panel-body"}>{children}</div>
    </section>
  );
}
