// The settings a decision was made under, and which of them are different now.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { settingsQuery, stateQuery } from "@/api/queries";
import { Segments } from "@/components/fields";
import { Panel } from "@/components/Panel";
import { EmptyState } from "@/components/states";
import type { Detail } from "./DecisionDetail";
import { settingRows, versionOf } from "./settingsThen";

const SHOWN = [
  { value: "all", label: "All" },
  { value: "changed", label: "Changed since" },
] as const;

export function SettingsPanel({ decision }: { decision: Detail }) {
  const [shown, setShown] = useState<(typeof SHOWN)[number]["value"]>("all");
  const settings = useQuery(settingsQuery());
  const killSwitch = useQuery({ ...stateQuery(), select: (state) => state.killSwitch }).data;
  const { botId, asset, settingsSnapshot } = decision;
  const rows = settingRows(settingsSnapshot, settings.data, { botId, asset, killSwitch });
  const changed = rows.filter((row) => row.changed);
  const version = versionOf(settingsSnapshot);
  return (
    <Panel
      title={
        <>
          <b>Settings then in force</b>
          {version !== null && ` version ${version}`}
        </>
      }
      flush
      tools={<Segments label="Which settings" value={shown} options={SHOWN} onChange={setShown} />}
    >
      {rows.length === 0 ? (
        <EmptyState title="No settings are recorded with it" />
      ) : shown === "changed" && changed.length === 0 ? (
        <EmptyState title={settings.data === undefined ? "Not known" : "Nothing differs"}>
          {settings.data === undefined
            ? "The settings now in force could not be read."
            : "The same would hold for this bot and asset today."}
        </EmptyState>
      ) : (
        <table className="table then-now">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Then</th>
              <th scope="col">Now{settings.data !== undefined && ` (version ${settings.data.version})`}</th>
            </tr>
          </thead>
          <tbody>
            {(shown === "all" ? rows : changed).map((row) => (
              <tr key={row.key} data-changed={row.changed}>
                <th scope="row">{row.label}</th>
                <td>{row.before}</td>
                <td>
                  {row.now === null ? (
                    <span className="dim">–</span>
                  ) : row.changed ? (
                    <>
                      <span className="tone-warn">≠ </span>
                      {row.now}
                    </>
                  ) : (
                    <span className="dim">same</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
