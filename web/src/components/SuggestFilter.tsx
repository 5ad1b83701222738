// A filter by a word that may be typed, with suggestions. It takes effect on Enter, on leaving the field, or at once
// where a suggestion was taken, so that a half-typed word asks for nothing.
import { useEffect, useId, useState } from "react";
import { Field } from "./fields";

interface SuggestFilterProps {
  label: string;
  /** Undefined is all. */
  value: string | undefined;
  suggestions: readonly string[];
  placeholder?: string;
  onChange: (value: string | undefined) => void;
}

export function SuggestFilter({ label, value, suggestions, placeholder, onChange }: SuggestFilterProps) {
  const [text, setText] = useState(value ?? "");
  const list = useId();
  useEffect(() => setText(value ?? ""), [value]);

  function take(typed: string): void {
    const wanted = typed.trim();
    const meant = suggestions.find((each) => each.toLowerCase() === wanted.toLowerCase()) ?? wanted;
    if (meant !== (value ?? "")) onChange(meant === "" ? undefined : meant);
  }

  return (
    <Field label={label}>
      {(field) => (
        <>
          <input
            {...field}
            className="input"
            list={list}
            value={text}
            placeholder={placeholder}
            maxLength={64}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              if (suggestions.includes(event.target.value) || event.target.value === "") take(event.target.value);
            }}
            onBlur={() => take(text)}
            onKeyDown={(event) => {
              if (event.key === "Enter") take(text);
            }}
          />
          <datalist id={list}>
            {suggestions.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
