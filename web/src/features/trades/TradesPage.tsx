// Every trade of both sides: what the bots did, and what we did against them. The filter is the address.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { usePublic } from "@/api/public";
import { ExportMenu } from "@/components/ExportMenu";
import { Panel } from "@/components/Panel";
import { useMedia } from "@/components/useMedia";
import { count } from "@/format/format";
import { isFiltered, isImpossible, type TradesSearch } from "./search";
import { TradeDialog, TradePanel } from "./TradePanel";
import { TradesFilters } from "./TradesFilters";
import { TradesTable } from "./TradesTable";
import "./trades.css";
import { everyTrade, type Trade, useTrades } from "./useTrades";

export function TradesPage() {
  const search = useSearch({ from: "/trades" });
  const navigate = useNavigate();
  const wide = useMedia("(min-width: 75rem)");
  const trades = useTrades(search);
  const shownToPublic = usePublic();
  const change = (part: Partial<TradesSearch>) =>
    void navigate({ to: "/trades", search: (before) => ({ ...before, ...part }), replace: true });
  const open = search.open;
  const close = () => change({ open: undefined });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Trades</h1>
        <p>Every fill of the bots{shownToPublic ? "." : ", and every order of ours against them."}</p>
      </div>
      <div className={wide && open !== undefined ? "trades-open" : undefined}>
        <Panel
          title={
            <Total
              search={search}
              total={trades.total}
              estimate={trades.totalIsEstimate}
              known={trades.data !== undefined && !trades.isBefore}
            />
          }
          flush
          tools={<ExportMenu<Trade> name={exportName(search)} pages={() => everyTrade(search)} />}
        >
          <TradesFilters
            search={search}
            onChange={change}
            onClear={
              isFiltered(search)
                ? () => void navigate({ to: "/trades", search: open === undefined ? {} : { open }, replace: true })
                : undefined
            }
          />
          <TradesTable search={search} trades={trades} onOpen={(trade) => change({ open: trade.id })} />
        </Panel>
        {open !== undefined &&
          (wide ? <TradePanel id={open} onClose={close} /> : <TradeDialog id={open} onClose={close} />)}
      </div>
    </div>
  );
}

function Total({
  search,
  total,
  estimate,
  known,
}: {
  search: TradesSearch;
  total: number;
  estimate: boolean;
  known: boolean;
}) {
  if (!known || isImpossible(search)) return <b>Trades</b>;
  return (
    <>
      <b>{estimate ? `about ${count(total)}` : count(total)}</b> {total === 1 ? "trade" : "trades"}
      {isFiltered(search) && ", filtered"}
    </>
  );
}

/** "trades-mine-gpt-5-BTC": says what is inside. */
function exportName({ type, botId, asset }: TradesSearch): string {
  return ["trades", type, botId, asset?.replaceAll(/[^A-Za-z0-9.-]/g, "_")]
    .filter((part) => part !== undefined)
    .join("-");
}
