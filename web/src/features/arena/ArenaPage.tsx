// The home page: six machines trading, and the line of the one who bets against them.
import "./arena.css";
import { EquityPanel } from "./EquityPanel";
import { ExposurePanel } from "./ExposurePanel";
import { FeedPanel } from "./FeedPanel";
import { Headline } from "./Headline";
import { PositionsPanel } from "./PositionsPanel";
import { StandingPanel } from "./StandingPanel";

export function ArenaPage() {
  return (
    <div className="page arena">
      <Headline />
      <div className="arena-grid">
        <div className="arena-left">
          <EquityPanel />
          <PositionsPanel />
        </div>
        <div className="arena-right">
          <StandingPanel />
          <ExposurePanel />
          <FeedPanel />
        </div>
      </div>
    </div>
  );
}
