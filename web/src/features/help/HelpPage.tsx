// What this is, what the words mean, and which key does what.
import "./help.css";
import { Link } from "@tanstack/react-router";
import { KeyList } from "@/components/KeyList";
import { Panel } from "@/components/Panel";
import { PAGES } from "@/components/pages";
import { WORDS } from "./words";

export function HelpPage() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Help</h1>
        <p>FadeArena watches trading bots on Hyperliquid and trades the opposite.</p>
      </div>
      <div className="columns">
        <div className="help-column">
          <Panel title={<b>How it works</b>}>
            <ol className="help-steps">
              <li>Every fill of a watched wallet is read from the exchange and stored before anything is decided.</li>
              <li>
                A decision turns it round: where the bot is long we want to be short, as large as the multiplier says. A
                ladder of checks (age, price, caps, loss limit, order rate) lets it pass, shrinks it, or refuses it.
              </li>
              <li>What is decided is stored with every number it was decided by, and only then sent.</li>
              <li>In simulation no order leaves this machine. Live trading has to be armed on the machine itself.</li>
            </ol>
          </Panel>
          <Panel title={<b>Stopping it</b>}>
            <p>
              The kill switch stands above every page, and Shift K opens it. It works with the live feed cut. Halting
              takes one confirmation; going on takes a reason. Without a browser, on the machine:{" "}
              <code>fadearena kill on</code>
            </p>
          </Panel>
          <Panel title={<b>Keys</b>}>
            <KeyList />
          </Panel>
        </div>
        <div className="help-column">
          <Panel title={<b>Pages</b>}>
            <dl className="help-words">
              {PAGES.map((page) => (
                <div key={page.to}>
                  <dt>
                    <Link to={page.to}>{page.label}</Link>
                  </dt>
                  <dd>{page.about}</dd>
                </div>
              ))}
            </dl>
          </Panel>
          <Panel title={<b>Words</b>}>
            <dl className="help-words">
              {WORDS.map(([word, meaning]) => (
                <div key={word}>
                  <dt>{word}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </Panel>
        </div>
      </div>
    </div>
  );
}
