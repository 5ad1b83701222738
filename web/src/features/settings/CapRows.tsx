// Exposure caps by asset, a row each: change one, lift one, add one.
import { useState } from "react";
import { Field } from "@/components/fields";
import { CAP_RULE, capPath } from "./definitions";
import { cappedAssets } from "./draft";
import { NumberInput, sentence, Undo } from "./SettingRow";
import type { Draft } from "./useDraft";
import { assetFault } from "./values";

interface CapRowsProps {
  draft: Draft;
  /** Offered while an asset is typed: those that are traded. */
  assets: readonly string[];
}

export function CapRows({ draft, assets }: CapRowsProps) {
  const rows = cappedAssets(draft.flat, draft.edits);
  return (
    <section className="setting setting-rows" aria-label="Exposure caps by asset" data-setting="assetExposureCaps">
      <div className="setting-words">
        <p className="field-label">Caps by asset</p>
        <p className="field-hint">
          Our net position in an asset, at the mark, may not pass its cap. An asset without a row has no cap.{" "}
          <span className="setting-default">Default none.</span>
        </p>
      </div>
      <div className="rows">
        {rows.map((asset) => (
          <CapRow key={asset} asset={asset} draft={draft} />
        ))}
        <NewCap taken={rows} assets={assets} onAdd={(asset) => draft.set(capPath(asset), "")} />
        {draft.faults.assetExposureCaps && (
          <p className="field-error" role="alert">
            {sentence(draft.faults.assetExposureCaps)}
          </p>
        )}
      </div>
    </section>
  );
}

function CapRow({ asset, draft }: { asset: string; draft: Draft }) {
  const path = capPath(asset);
  const saved = draft.saved(path);
  const lifted = saved !== null && draft.text(path) === "";
  return (
    <div className="cap-row" data-changed={draft.isChanged(path)}>
      <Field label={asset} fault={sentence(draft.faults[path])}>
        {(field) => (
          <div className="setting-control">
            <NumberInput
              field={{ ...field }}
              rule={CAP_RULE}
              path={path}
              draft={draft}
              placeholder={lifted ? "lifted" : "no cap"}
            />
            {!lifted && saved !== null && (
              <button type="button" className="button button-quiet" onClick={() => draft.set(path, "")}>
                Lift<span className="visually-hidden"> the cap of {asset}</span>
              </button>
            )}
            {saved === null ? (
              <button type="button" className="button button-quiet" onClick={() => draft.undo(path)}>
                Remove<span className="visually-hidden"> the row of {asset}</span>
              </button>
            ) : (
              <Undo path={path} label={`the cap of ${asset}`} draft={draft} />
            )}
          </div>
        )}
      </Field>
    </div>
  );
}

interface NewCapProps {
  taken: readonly string[];
  assets: readonly string[];
  onAdd: (asset: string) => void;
}

function NewCap({ taken, assets, onAdd }: NewCapProps) {
  const [asset, setAsset] = useState("");
  const [fault, setFault] = useState<string | null>(null);

  function add(): void {
    const found = assetFault(asset.trim(), taken);
    setFault(found);
    if (found !== null) return;
    onAdd(asset.trim());
    setAsset("");
  }

  return (
    <Field label="Cap another asset" fault={fault ?? undefined}>
      {(field) => (
        <div className="setting-control">
          <input
            {...field}
            className="input cap-asset"
            list="cap-assets"
            autoComplete="off"
            spellCheck={false}
            placeholder="BTC"
            value={asset}
            onChange={(event) => {
              setAsset(event.target.value);
              setFault(null);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              add();
            }}
          />
          <datalist id="cap-assets">
            {assets
              .filter((each) => !taken.includes(each))
              .map((each) => (
                <option key={each} value={each} />
              ))}
          </datalist>
          <button type="button" className="button" onClick={add}>
            Add
          </button>
        </div>
      )}
    </Field>
  );
}
