// A row of filters. It holds no state: values come from the URL's search and go back to it, so that a filter can be
// shared, reloaded and exported exactly as it is on the screen. `/` puts the focus on its first field.
import type { ReactNode } from "react";
import { Field } from "./fields";

interface FilterBarProps {
  label: string;
  children: ReactNode;
  /** Shown while anything is filtered. */
  onClear?: (() => void) | undefined;
}

export function FilterBar({ label, children, onClear }: FilterBarProps) {
  return (
    <search className="filters" aria-label={label} data-filter-bar>
      {children}
      {onClear && (
        <button type="button" className="button button-quiet" onClick={onClear}>
          Clear
        </button>
      )}
    </search>
  );
}

interface SelectFilterProps {
  label: string;
  /** Undefined is all. */
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  /** What "all" is called. */
  all?: string;
  onChange: (value: string | undefined) => void;
}

export function SelectFilter({ label, value, options, all = "All", onChange }: SelectFilterProps) {
  return (
    <Field label={label}>
      {(field) => (
        <select
          {...field}
          className="input"
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        >
          <option value="">{all}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
