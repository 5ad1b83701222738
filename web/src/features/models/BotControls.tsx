// The switch and the multiplier of a bot, in place: in the leaderboard and at the head of its page.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { botsQuery, settingsQuery } from "@/api/queries";
import { useMayWrite } from "@/api/session";
import { Switch } from "@/components/fields";
import { multiple } from "@/format/format";
import { multiplierFault, numberIn } from "./botRules";
import type { Model } from "./standing";
import { useBotChange } from "./useBotChange";

/** Whether what the bot adds is faded; what we hold is reduced with it even where it is off. */
export function EnabledSwitch({ model }: { model: Model }) {
  const mayWrite = useMayWrite();
  const { busy, change } = useBotChange(model);
  return (
    <span className="bot-control">
      <Switch
        label={`Fade ${model.name}`}
        checked={model.enabled === true}
        disabled={!mayWrite || busy}
        onChange={(enabled) => void change({ enabled }, { enabled: model.enabled === true })}
      />
      <span className={model.enabled ? "" : "dim"}>{model.enabled ? "on" : "off"}</span>
    </span>
  );
}

/** The multiplier as a number to type over: Enter or leaving it saves, Escape puts it back, empty is the default. */
export function MultiplierField({ model }: { model: Model }) {
  const mayWrite = useMayWrite();
  const bots = useQuery(botsQuery()).data?.bots;
  const fallback = useQuery(settingsQuery()).data?.defaultLeverageMultiplier;
  const own = bots?.find((bot) => bot.id === model.id)?.leverageMultiplier;
  if (!mayWrite || own === undefined) {
    return (
      <span>
        {multiple(model.leverageMultiplier, 4)}
        {own === null && <span className="dim"> default</span>}
      </span>
    );
  }
  return <Typing key={String(own)} model={model} own={own} fallback={fallback} />;
}

interface TypingProps {
  model: Model;
  /** Null where the bot has the default. */
  own: number | null;
  fallback: number | undefined;
}

function Typing({ model, own, fallback }: TypingProps) {
  const id = useId();
  const { busy, change } = useBotChange(model);
  const before = own === null ? "" : String(own);
  const [text, setText] = useState(before);
  const fault = multiplierFault(text);

  async function save(): Promise<void> {
    const next = numberIn(text);
    if (fault !== undefined || busy || next === own) {
      if (fault === undefined) setText(before);
      return;
    }
    if (!(await change({ leverageMultiplier: next }, { leverageMultiplier: own }))) setText(before);
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void save();
  }

  return (
    <form className="bot-control multiplier" onSubmit={onSubmit} noValidate>
      <input
        className="input"
        inputMode="decimal"
        autoComplete="off"
        aria-label={`Multiplier of ${model.name}, 0.01 to 10; empty is the default`}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? id : undefined}
        placeholder={fallback === undefined ? "default" : String(fallback)}
        value={text}
        readOnly={busy}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => {
          if (fault === undefined) void save();
          else setText(before);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText(before);
        }}
      />
      <span aria-hidden="true">×</span>
      {fault !== undefined && (
        <span className="field-error multiplier-fault" id={id} role="alert">
          {fault}
        </span>
      )}
    </form>
  );
}
