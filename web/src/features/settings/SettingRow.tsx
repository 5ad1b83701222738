// One setting: its name and meaning, what it is set to, its unit and default; changed ones are marked and can be undone.
import { type ReactNode, useId } from "react";
import { Field, Switch } from "@/components/fields";
import type { Choice, NumberRule, Path, Setting } from "./definitions";
import type { Draft } from "./useDraft";
import { written } from "./values";

interface SettingRowProps {
  setting: Setting;
  draft: Draft;
}

export function SettingRow({ setting, draft }: SettingRowProps) {
  const path = setting.name;
  const { rule } = setting;
  const hint = (
    <>
      {setting.meaning} <Default path={path} setting={setting} />
    </>
  );
  if (rule.kind === "choice")
    return <ChoiceRow setting={setting} choices={rule.choices} hint={hint} path={path} draft={draft} />;
  return (
    <div className="setting" data-changed={draft.isChanged(path)} data-setting={path}>
      <Field label={setting.label} hint={hint} fault={sentence(draft.faults[path])}>
        {(field) => (
          <div className="setting-control">
            {rule.kind === "switch" ? (
              <>
                <Switch
                  label={setting.label}
                  checked={draft.text(path) === "true"}
                  onChange={(on) => draft.set(path, String(on))}
                />
                <span aria-hidden="true">{draft.text(path) === "true" ? "On" : "Off"}</span>
              </>
            ) : (
              <NumberInput field={field} rule={rule} path={path} draft={draft} />
            )}
            <Undo path={path} label={setting.label} draft={draft} />
          </div>
        )}
      </Field>
    </div>
  );
}

function Default({ path, setting }: { path: Path; setting: Setting }) {
  return (
    <span className="setting-default">
      Default <span className="nowrap">{written(path, setting.byDefault)}</span>.
    </span>
  );
}

interface NumberInputProps {
  field: { id: string; "aria-label"?: string; "aria-describedby"?: string; "aria-invalid"?: true };
  rule: NumberRule;
  path: Path;
  draft: Draft;
  /** Shown where nothing is typed. */
  placeholder?: string;
}

export function NumberInput({ field, rule, path, draft, placeholder }: NumberInputProps) {
  return (
    <span className="unit-input">
      <input
        {...field}
        className="input"
        inputMode={rule.decimals === 0 ? "numeric" : "decimal"}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder ?? (rule.optional ? "no limit" : undefined)}
        value={draft.text(path)}
        onChange={(event) => draft.set(path, event.target.value)}
      />
      <span className="unit" aria-hidden="true">
        {rule.unit === "orders" ? "/min" : rule.unit}
      </span>
    </span>
  );
}

export function Undo({ path, label, draft }: { path: Path; label: string; draft: Draft }) {
  if (!draft.isChanged(path)) return null;
  return (
    <button
      type="button"
      className="button button-quiet"
      onClick={() => draft.undo(path)}
      title={`Back to ${written(path, draft.saved(path))}`}
    >
      Undo<span className="visually-hidden"> {label}</span>
    </button>
  );
}

interface ChoiceRowProps {
  setting: Setting;
  choices: readonly Choice[];
  hint: ReactNode;
  path: Path;
  draft: Draft;
}

/** All choices with what each means, side by side. Arrow keys move. */
function ChoiceRow({ setting, choices, hint, path, draft }: ChoiceRowProps) {
  const id = useId();
  const fault = sentence(draft.faults[path]);
  return (
    <fieldset
      className="setting setting-choices"
      data-changed={draft.isChanged(path)}
      data-setting={path}
      aria-describedby={`${id}-hint`}
    >
      <legend className="visually-hidden">{setting.label}</legend>
      <div className="setting-words">
        <p className="field-label" aria-hidden="true">
          {setting.label}
        </p>
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      </div>
      <div className="choices">
        {choices.map((choice) => (
          <label key={choice.value} className="choice">
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={draft.text(path) === choice.value}
              aria-describedby={`${id}-${choice.value}`}
              onChange={() => draft.set(path, choice.value)}
            />
            <span className="choice-label">{choice.label}</span>
            <span className="choice-meaning" id={`${id}-${choice.value}`}>
              {choice.meaning}
            </span>
          </label>
        ))}
      </div>
      <Undo path={path} label={setting.label} draft={draft} />
      {fault && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

/** "must be greater than 0" → "Must be greater than 0." */
export function sentence(fault: string | undefined): string | undefined {
  if (fault === undefined) return undefined;
  const text = fault.charAt(0).toUpperCase() + fault.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
