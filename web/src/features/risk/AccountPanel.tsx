// How far the account is from ruin: what can be said of it truthfully, and what cannot.
import type { Schemas } from "@/api/client";
import { Money } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { multiple, percent, UNKNOWN } from "@/format/format";

interface AccountPanelProps {
  state: Schemas["State"];
  open: Schemas["OpenPositions"];
}

export function AccountPanel({ state, open: { netNotional } }: AccountPanelProps) {
  const equity = state.equity.fadeArena;
  const ruin = netNotional > 0 && equity > 0 ? equity / netNotional : null;
  return (
    <Panel
      title={
        <>
          <b>Distance</b> to liquidation
        </>
      }
    >
      <p className="risk-lead">
        {state.mode === "simulation"
          ? "There is none: a simulated account posts no margin, so nothing in it is ever liquidated."
          : "Not known: the exchange's margin of the live account is not told here yet."}
      </p>
      <dl className="account">
        <div>
          <dt>Net, of equity</dt>
          <dd>{multiple(equity > 0 ? netNotional / equity : null)}</dd>
        </div>
        <div>
          <dt>Lost if every net position moves 10% against us</dt>
          <dd>
            <Money value={netNotional / 10} digits={0} />
          </dd>
        </div>
        <div>
          <dt>Such a move that would use up our equity</dt>
          <dd>{ruin !== null && ruin < 1 ? percent(ruin, 1) : UNKNOWN}</dd>
        </div>
      </dl>
      <p className="risk-words">{words(netNotional, equity)}</p>
    </Panel>
  );
}

function words(net: number, equity: number): string {
  if (net === 0) return "Nothing is held, so no move of a price can cost anything.";
  if (net <= equity) return "Net positions are smaller than our equity: no move below 100% could use it up.";
  return "This is plain arithmetic on net positions at their marks, before fees and funding.";
}
