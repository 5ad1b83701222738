// Exposure against the caps that are set, and how much of the loss limit is used today.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { modelsQuery, settingsQuery, stateQuery } from "@/api/queries";
import { CapBar } from "@/components/CapBar";
import { Panel } from "@/components/Panel";
import { Answer } from "@/components/states";
import { STALE_AFTER_MS } from "@/live/store";

export function ExposurePanel() {
  const state = useQuery(stateQuery());
  const settings = useQuery(settingsQuery()).data;
  const models = useQuery(modelsQuery()).data?.bots ?? [];
  const byAsset = exposureByAsset(models);
  const capped = Object.entries(settings?.assetExposureCaps ?? {}).filter(([, cap]) => cap !== null);
  return (
    <Panel title={<b>Exposure against caps</b>}>
      <Answer query={state} staleAfterMs={STALE_AFTER_MS}>
        {(data) => (
          <>
            <CapBar
              label="All assets, net"
              used={data.openPositions?.netNotional ?? 0}
              cap={settings?.globalExposureCap ?? null}
            />
            {capped.map(([asset, cap]) => (
              <CapBar
                key={asset}
                label={asset}
                used={Math.abs(byAsset.get(asset) ?? 0)}
                cap={cap === null ? null : Number(cap)}
              />
            ))}
            <CapBar
              label="Loss limit used today"
              used={Math.max(0, -data.dailyPnL.fadeArena)}
              cap={settings?.dailyLossLimit ?? null}
            />
          </>
        )}
      </Answer>
    </Panel>
  );
}

/** Signed, over all bots: the caps are about the net of an asset. */
function exposureByAsset(models: readonly Schemas["Model"][]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const position of models.flatMap((model) => model.myMirroredPositions)) {
    const signed = position.side === "long" ? position.notional : -position.notional;
    sums.set(position.asset, (sums.get(position.asset) ?? 0) + signed);
  }
  return sums;
}
