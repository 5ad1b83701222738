// Every number the decision was made from, in words; the record itself behind a fold.
import { Panel } from "@/components/Panel";
import { RawJson } from "@/components/RawJson";
import { EmptyState } from "@/components/states";
import type { Detail } from "./DecisionDetail";
import { inputRows } from "./inputs";

export function InputsPanel({ decision }: { decision: Detail }) {
  const rows = inputRows(decision.inputs, decision.sizeDecimals);
  return (
    <Panel title={<b>What it was decided from</b>} flush>
      {rows.length === 0 ? (
        <EmptyState title="No numbers were read">It needed no decision of its own.</EmptyState>
      ) : (
        <>
          <table className="table then-now">
            <thead>
              <tr>
                <th scope="col">Seen</th>
                <th scope="col" className="num">
                  Value
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">{row.label}</th>
                  <td className="num">{row.value}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="decision-note dim">
            With the settings beside, these numbers give the same decision again, to the last digit.
          </p>
          <RawJson title="As recorded" value={decision.inputs} />
        </>
      )}
    </Panel>
  );
}
