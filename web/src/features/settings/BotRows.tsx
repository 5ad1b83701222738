// What is set for one bot alone. An empty field means: as by default.
import type { Schemas } from "@/api/client";
import { BotChip } from "@/components/BotChip";
import { Switch } from "@/components/fields";
import { EmptyState } from "@/components/states";
import { botPath, multiplierRule, SIZING_CHOICES } from "./definitions";
import { NumberInput, sentence } from "./SettingRow";
import type { Draft } from "./useDraft";
import { written } from "./values";

interface BotRowsProps {
  bots: readonly Schemas["BotView"][];
  draft: Draft;
}

export function BotRows({ bots, draft }: BotRowsProps) {
  if (bots.length === 0) return <EmptyState title="No bot is watched yet">Add one under Models.</EmptyState>;
  return (
    <div className="bot-rows">
      <div className="bot-row bot-row-head caps dim" aria-hidden="true">
        <span>Bot</span>
        <span>Faded</span>
        <span>Multiplier</span>
        <span>Sizing rule</span>
        <span>Existing positions</span>
        <span />
      </div>
      {bots.map((bot) => (
        <BotRow key={bot.id} bot={bot} draft={draft} />
      ))}
    </div>
  );
}

function BotRow({ bot, draft }: { bot: Schemas["BotView"]; draft: Draft }) {
  const enabled = botPath(bot.id, "enabled");
  const multiplier = botPath(bot.id, "leverageMultiplier");
  const sizing = botPath(bot.id, "sizingRule");
  const adopt = botPath(bot.id, "adoptExisting");
  const paths = [enabled, multiplier, sizing, adopt];
  const faults = [`botConfigs.${bot.id}`, ...paths].flatMap((path) => sentence(draft.faults[path]) ?? []);
  const changed = paths.some((path) => draft.isChanged(path));
  const faultId = `fault-${bot.id}`;
  return (
    <div className="bot-row" data-changed={changed} data-setting={`botConfigs.${bot.id}`}>
      <span className="bot-row-name">
        <BotChip id={bot.id} name={bot.name} linked />
      </span>
      <span className="bot-row-cell" data-label="Faded">
        <Switch
          label={`Fade ${bot.name}`}
          checked={draft.text(enabled) === "true"}
          onChange={(on) => draft.set(enabled, String(on))}
        />
      </span>
      <span className="bot-row-cell" data-label="Multiplier">
        <NumberInput
          field={{
            id: `multiplier-${bot.id}`,
            "aria-label": `Multiplier of ${bot.name}`,
            "aria-describedby": faults.length > 0 ? faultId : undefined,
            "aria-invalid": draft.faults[multiplier] === undefined ? undefined : true,
          }}
          rule={multiplierRule(true)}
          path={multiplier}
          draft={draft}
          placeholder={draft.text("defaultLeverageMultiplier")}
        />
      </span>
      <label className="bot-row-cell" data-label="Sizing rule">
        <span className="visually-hidden">Sizing rule of {bot.name}</span>
        <select
          className="input"
          value={draft.text(sizing)}
          onChange={(event) => draft.set(sizing, event.target.value)}
        >
          <option value="">Default: {written("sizingRule", draft.text("sizingRule"))}</option>
          {SIZING_CHOICES.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </label>
      <label className="bot-row-cell" data-label="Existing positions">
        <span className="visually-hidden">Existing positions of {bot.name}</span>
        <select className="input" value={draft.text(adopt)} onChange={(event) => draft.set(adopt, event.target.value)}>
          <option value="">Default: {draft.text("adoptExisting") === "true" ? "adopt" : "leave alone"}</option>
          <option value="true">Adopt</option>
          <option value="false">Leave alone</option>
        </select>
      </label>
      <span className="bot-row-undo">
        {changed && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => {
              for (const path of paths) draft.undo(path);
            }}
          >
            Undo<span className="visually-hidden"> changes of {bot.name}</span>
          </button>
        )}
      </span>
      {faults.length > 0 && (
        <p className="field-error bot-row-fault" id={faultId} role="alert">
          {faults.join(" ")}
        </p>
      )}
    </div>
  );
}
