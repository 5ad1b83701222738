// One trade, opened beside the list or over it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ApiError } from "@/api/client";
import { Dialog } from "@/components/Dialog";
import { Panel } from "@/components/Panel";
import { CopyButton } from "@/components/RawJson";
import { EmptyState, ErrorState, LoadingState } from "@/components/states";
import { tradeQuery } from "./queries";
import { TradeFacts } from "./TradeFacts";

interface TradePanelProps {
  id: string;
  onClose: () => void;
}

export function TradePanel({ id, onClose }: TradePanelProps) {
  useEscape(onClose);
  return (
    <Panel
      title={<b>Trade</b>}
      className="trade-panel"
      tools={
        <>
          <CopyLink id={id} />
          <button type="button" className="button button-quiet" onClick={onClose}>
            Close
          </button>
        </>
      }
    >
      <OneTrade id={id} />
    </Panel>
  );
}

export function TradeDialog({ id, onClose }: TradePanelProps) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Trade"
      footer={
        <>
          <CopyLink id={id} />
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Close
          </button>
        </>
      }
    >
      <OneTrade id={id} />
    </Dialog>
  );
}

/** Escape closes the panel, wherever the focus is, unless something above it or a field wants the key. */
function useEscape(act: () => void): void {
  const call = useRef(act);
  call.current = act;
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, select, textarea, dialog, [role=menu]")) return;
      if (document.querySelector("dialog[open], [popover]:popover-open") === null) call.current();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** The link opens this trade, whatever filter the list has. */
function CopyLink({ id }: { id: string }) {
  return <CopyButton text={`${location.origin}/trades?open=${id}`} what="link to this trade" label="Copy link" />;
}

function OneTrade({ id }: { id: string }) {
  const trade = useQuery(tradeQuery(id));
  if (trade.data !== undefined) return <TradeFacts detail={trade.data} />;
  if (trade.error instanceof ApiError && trade.error.status === 404)
    return (
      <EmptyState title="There is no such trade">
        Nothing is recorded under this id. The address may be cut short, or come from another FadeArena.
      </EmptyState>
    );
  if (trade.error !== null) return <ErrorState error={trade.error} onRetry={() => void trade.refetch()} />;
  return <LoadingState lines={8} />;
}
