// The home page: six machines trading, and the line of the one who bets against them.
import "./arena.css";
import { useOwn } from "@/api/public";
import { EquityPanel } from "./EquityPanel";
import { ExposurePanel } from "./ExposurePanel";
import { FeedPanel } from "./FeedPanel";
import { Headline } from "./Headline";
import { PositionsPanel } from "./PositionsPanel";
import { StandingPanel } from "./StandingPanel";
import { Ticker } from "./Ticker";

export function ArenaPage() {
  const own = useOwn();
  return (
    <div className="page arena">
      <Headline />
      <Ticker />
      <div className="arena-grid">
        <div className="arena-left">
          <EquityPanel />
          {own && <PositionsPanel />}
        </div>
        <div className="arena-right">
          <StandingPanel />
          {own && <ExposurePanel />}
          <FeedPanel />
        </div>
      </div>
    </div>
  );
}
