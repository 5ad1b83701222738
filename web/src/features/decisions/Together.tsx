// Fills that were decided on together: one decision acted, the others point to it.
import { Link } from "@tanstack/react-router";
import { Time } from "@/components/figures";
import { Panel } from "@/components/Panel";
import { count } from "@/format/format";
import type { Detail } from "./DecisionDetail";

const NAMED_MAX = 100;

export function Together({ decision }: { decision: Detail }) {
  const { followers } = decision;
  if (followers.length === 0) return null;
  return (
    <Panel
      title={<b>It acted for {count(followers.length)} more fills of the same order</b>}
      className="decision-second"
    >
      <ul className="decision-followers">
        {followers.map((follower) => (
          <li key={follower.id}>
            <Link to="/decisions/$decisionId" params={{ decisionId: follower.id }}>
              <Time at={follower.timestamp} />
            </Link>
          </li>
        ))}
      </ul>
      {followers.length === NAMED_MAX && <p className="dim">The first {count(NAMED_MAX)} are named.</p>}
    </Panel>
  );
}
