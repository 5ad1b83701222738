// Every setting: read, changed, compared before it is saved, and brought back from any earlier version.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useAssets } from "@/api/assets";
import { ApiError, api, type Schemas, unwrap } from "@/api/client";
import { botsQuery, settingsQuery, stateQuery, TOPIC } from "@/api/queries";
import { useMayWrite } from "@/api/session";
import { Time } from "@/components/figures";
import { notify } from "@/components/notices";
import { Panel } from "@/components/Panel";
import { Answer, EmptyState, LoadingState } from "@/components/states";
import { BotRows } from "./BotRows";
import { CapRows } from "./CapRows";
import { ConflictNotice, showConflict } from "./ConflictNotice";
import { GROUPS, labelOf, placeOf, type SettingsView } from "./definitions";
import { bodyOf, restoring } from "./draft";
import type { Facts } from "./effects";
import { HistoryPanel } from "./HistoryPanel";
import { LeaveGuard } from "./LeaveGuard";
import { ModePanel } from "./ModePanel";
import { historyQuery } from "./queries";
import { ReviewDialog } from "./ReviewDialog";
import { SaveBar, showFault } from "./SaveBar";
import { SettingRow } from "./SettingRow";
import "./settings.css";
import { useDraft } from "./useDraft";
import { flatten } from "./values";

export function SettingsPage() {
  const state = useQuery(stateQuery());
  if (state.isPending) return <LoadingState lines={12} />;
  if (state.data?.public)
    return (
      <div className="page">
        <div className="page-head">
          <h1>Settings</h1>
        </div>
        <EmptyState title="Not shown">
          This arena is shown to the public; its settings stay with its operator.
        </EmptyState>
      </div>
    );
  return <Settings />;
}

function Settings() {
  const settings = useQuery(settingsQuery());
  const bots = useQuery(botsQuery());
  const both = {
    data: settings.data && bots.data && { settings: settings.data, bots: bots.data.bots },
    error: settings.error ?? bots.error,
    isPending: settings.isPending || bots.isPending,
    dataUpdatedAt: settings.dataUpdatedAt,
    refetch: () => Promise.all([settings.refetch(), bots.refetch()]),
  };
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>Settings</h1>
        {settings.data && (
          <p>
            Version {settings.data.version}, saved <Time at={settings.data.updatedAt} as="full" /> by{" "}
            {settings.data.updatedBy}
          </p>
        )}
      </div>
      <Answer query={both} loadingLines={12}>
        {(data) => <Editor latest={data.settings} bots={data.bots} />}
      </Answer>
    </div>
  );
}

function useFacts(): Facts {
  const state = useQuery(stateQuery()).data;
  return {
    exposure: state?.openPositions?.netNotional ?? null,
    dailyPnl: state ? state.dailyPnL.fadeArena : null,
    killSwitch: state ? state.killSwitch : null,
  };
}

function Editor({ latest, bots }: { latest: SettingsView; bots: readonly Schemas["BotView"][] }) {
  const ids = useMemo(() => bots.map((bot) => bot.id), [bots]);
  const names = useMemo(() => new Map(bots.map((bot) => [bot.id, bot.name])), [bots]);
  const nameOf = (bot: string): string => names.get(bot) ?? bot;
  const draft = useDraft(latest, ids);
  const mayWrite = useMayWrite();
  const queryClient = useQueryClient();
  const armed = useQuery(stateQuery()).data?.armed ?? undefined;
  const facts = useFacts();
  const assets = useAssets();
  const history = useInfiniteQuery(historyQuery());
  const versions = history.data?.pages.flatMap((page) => page.versions);
  const [reviewing, setReviewing] = useState(false);
  const afterReview = useRef<(() => void) | null>(null);
  // Once the dialog is closed: before, nothing outside of it takes the focus.
  useEffect(() => {
    if (reviewing) return;
    afterReview.current?.();
    afterReview.current = null;
  }, [reviewing]);
  const behind = draft.touched && latest.version > draft.base.version;

  async function post(body: Record<string, unknown>): Promise<void> {
    const saved = await unwrap(api.POST("/api/settings", { body: { ...body, version: draft.base.version } }));
    draft.settle(saved);
    queryClient.setQueryData(settingsQuery().queryKey, saved);
    for (const topic of [TOPIC.settings, TOPIC.bots, TOPIC.models, TOPIC.state, TOPIC.events])
      void queryClient.invalidateQueries({ queryKey: [topic] });
    notify({ tone: "good", title: `Version ${saved.version} is in force` });
  }

  /** What the server refuses is shown where it can be put right; anything else is thrown, for the dialog to show. */
  async function save(): Promise<void> {
    try {
      await post(bodyOf(draft.changes));
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      const fields = fault.status === 400 ? Object.keys(fault.fields) : [];
      if (fault.status === 409) {
        await queryClient.invalidateQueries({ queryKey: [TOPIC.settings] });
        afterReview.current = showConflict;
      } else if (fields.length > 0 && fields.every((path) => placeOf(path) !== null)) {
        draft.refuse(fault.fields);
        afterReview.current = showFault;
      } else {
        draft.refuse(fault.fields);
        throw fault;
      }
    }
  }

  function restore(version: SettingsView): void {
    const edits = restoring(draft.flat, flatten(version, ids), ids);
    draft.take(edits);
    if (Object.keys(edits).length === 0) {
      notify({ tone: "info", title: `Version ${version.version} differs in nothing that can be restored` });
      return;
    }
    notify({
      tone: "info",
      title: `Version ${version.version} is laid over the form`,
      text: version.mode === draft.base.mode ? "Look at it, then save." : "All but the mode. Look at it, then save.",
    });
  }

  function nameAt({ path }: { path: string }): string {
    const place = placeOf(path);
    return place === null ? path : labelOf(place, nameOf);
  }

  function rebase(): void {
    const clashes = draft.rebase(latest);
    notify({
      tone: clashes.length === 0 ? "info" : "warning",
      title: `Your changes now stand on version ${latest.version}`,
      text: clashes.length === 0 ? undefined : `Changed by both, yours kept: ${clashes.map(nameAt).join(", ")}.`,
    });
  }

  return (
    <>
      {behind && (
        <ConflictNotice
          draft={draft}
          latest={latest}
          versions={versions ?? []}
          bots={ids}
          nameOf={nameOf}
          onRebase={rebase}
        />
      )}
      <ModePanel
        settings={draft.base}
        draft={draft}
        armed={armed}
        mayWrite={mayWrite}
        onMode={(mode) => post(mode === "live" ? { mode, confirm: true } : { mode })}
      />
      <div className="settings-grid">
        <fieldset className="settings-form" disabled={!mayWrite}>
          <legend className="visually-hidden">Settings</legend>
          {GROUPS.map((group) => (
            <div key={group.id} id={group.id} className="settings-group">
              <Panel title={<b>{group.title}</b>} flush>
                <p className="group-purpose">{group.purpose}</p>
                {group.settings.map((setting) => (
                  <SettingRow key={setting.name} setting={setting} draft={draft} />
                ))}
                {group.caps && <CapRows draft={draft} assets={assets} />}
              </Panel>
            </div>
          ))}
          <div id="bots" className="settings-group">
            <Panel title={<b>Bots</b>} flush>
              <p className="group-purpose">What holds for one bot alone. Empty means: as set above.</p>
              <BotRows bots={bots} draft={draft} />
            </Panel>
          </div>
        </fieldset>
        <div className="settings-side">
          <GroupLinks />
          <HistoryPanel
            query={history}
            versions={versions}
            current={latest.version}
            bots={ids}
            nameOf={nameOf}
            onRestore={mayWrite ? restore : null}
          />
        </div>
      </div>
      <SaveBar draft={draft} behind={behind} onReview={() => setReviewing(true)} />
      <ReviewDialog
        open={reviewing}
        onClose={() => setReviewing(false)}
        changes={draft.changes}
        nameOf={nameOf}
        facts={facts}
        live={draft.base.mode === "live"}
        onSave={save}
      />
      <LeaveGuard open={draft.touched} />
    </>
  );
}

function GroupLinks() {
  return (
    <nav className="group-links" aria-label="Groups of settings">
      {[...GROUPS, { id: "bots", title: "Bots" }].map((group) => (
        <a key={group.id} href={`#${group.id}`}>
          {group.title}
        </a>
      ))}
    </nav>
  );
}
