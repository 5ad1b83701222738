// A bot by colour and name; a link to its page where `linked`.
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { botColour } from "./botIdentity";

interface BotChipProps {
  id: string;
  /** Its id where no name is known. */
  name?: string;
  linked?: boolean;
}

export function BotChip({ id, name, linked = false }: BotChipProps) {
  const style = { "--bot-colour": `var(${botColour(id)})` } as CSSProperties;
  const inside = (
    <>
      <span className="bot-mark" aria-hidden="true" />
      {name ?? id}
    </>
  );
  return linked ? (
    <Link to="/models/$botId" params={{ botId: id }} className="bot-chip" style={style}>
      {inside}
    </Link>
  ) : (
    <span className="bot-chip" style={style}>
      {inside}
    </span>
  );
}
