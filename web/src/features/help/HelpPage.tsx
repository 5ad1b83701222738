// What this is, how it decides, what the words mean, where data comes from, what keeps it safe, and which key does what.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePublic } from "@/api/public";
import { CHECKS } from "@/components/checks";
import { KeyList } from "@/components/KeyList";
import { Panel } from "@/components/Panel";
import { pagesOf } from "@/components/pages";
import "./help.css";
import { CHAPTERS } from "./words";

export function HelpPage() {
  const shownToPublic = usePublic();
  return (
    <div className="page help">
      <div className="page-head">
        <h1>Help</h1>
        <p>Bots trade real money on Hyperliquid, in public. FadeArena takes the other side, and writes down why.</p>
      </div>
      <Steps />
      <div className="help-grid">
        <Checks />
        <div className="help-column">
          <Example />
          <Safety />
          <Sources />
        </div>
      </div>
      <Words />
      <div className="help-grid help-grid-even">
        <Panel title={<b>Keys</b>}>
          <KeyList />
          <p className="dim help-note">Single keys can be switched off under View.</p>
        </Panel>
        <Panel title={<b>Pages</b>}>
          <dl className="help-words">
            {pagesOf(shownToPublic).map((page) => (
              <div key={page.to}>
                <dt>
                  <Link to={page.to}>{page.label}</Link>
                </dt>
                <dd>{page.about}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </div>
  );
}

const STEPS: readonly (readonly [string, ReactNode])[] = [
  ["Watch", "Every fill of a bot's wallet is read from the exchange and stored, once, before anything is decided."],
  ["Turn round", "Where the bot is long we want to be short, as large as the multiplier says."],
  ["Check", "Twelve checks let it pass, shrink it, or refuse it. Getting out is never held back."],
  ["Send", "One order brings us to what we want; in simulation it fills here and moves no money."],
  ["Record", "Every number that was looked at stays, and opens up under Decisions."],
];

function Steps() {
  return (
    <ol className="help-steps" aria-label="How it works">
      {STEPS.map(([name, does]) => (
        <li key={name}>
          <b>{name}</b>
          <p>{does}</p>
        </li>
      ))}
    </ol>
  );
}

function Checks() {
  return (
    <Panel title={<b>How a decision is made</b>} flush>
      <p className="help-lead">
        An order that opens or adds climbs these, top to bottom. The first that says no ends it; a cap may also let a
        smaller order through. A decision shows what each one saw.
      </p>
      <table className="table help-checks">
        <caption className="visually-hidden">The checks in their order</caption>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Asks</th>
            <th scope="col">Why</th>
            <th scope="col">Set under</th>
          </tr>
        </thead>
        <tbody>
          {CHECKS.map((check) => (
            <tr key={check.name}>
              <th scope="row">{check.name.replaceAll("_", " ")}</th>
              <td>{check.asks}</td>
              <td>{check.why}</td>
              <td className="dim">{check.setting ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Example() {
  return (
    <Panel title={<b>An example</b>}>
      <dl className="help-sum">
        <div>
          <dt>The bot is long</dt>
          <dd>2 BTC</dd>
        </div>
        <div>
          <dt>Multiplier</dt>
          <dd>0.5×</dd>
        </div>
        <div>
          <dt>Target: minus multiplier times position</dt>
          <dd>−1 BTC</dd>
        </div>
        <div>
          <dt>We hold against it</dt>
          <dd>−0.4 BTC</dd>
        </div>
        <div className="help-total">
          <dt>Delta: we sell</dt>
          <dd>0.6 BTC</dd>
        </div>
      </dl>
      <p className="dim help-note">
        It follows from positions, not from single fills: one that was missed, repeated or late can't make us drift.
      </p>
    </Panel>
  );
}

function Safety() {
  return (
    <Panel title={<b>Safety</b>}>
      <ul className="help-list">
        <li>
          <b>Kill switch:</b> above every page, and <kbd>Shift K</kbd>. Stopping takes one confirmation, going on a
          reason. It works without the live feed, survives a restart, and only a person turns it off. Without a browser:{" "}
          <code>fadearena kill on</code>
        </li>
        <li>
          <b>Simulation</b> never reaches the exchange's order endpoint. Live trading has to be armed on the machine
          itself, and no page can do that.
        </li>
        <li>
          <b>Exits</b> are never held back by caps, limits, old data or a disabled bot; only by a kill switch set to
          hold.
        </li>
        <li>
          <b>Keys</b> to money are never in the database, in the API or on a page.
        </li>
        <li>
          <b>Limits</b> are yours to set under <Link to="/settings">Settings</Link>. Every version is kept and can be
          restored.
        </li>
      </ul>
    </Panel>
  );
}

function Sources() {
  return (
    <Panel title={<b>Where the numbers come from</b>}>
      <ul className="help-list">
        <li>
          <b>Bots:</b> their public fills and positions, from the exchange. Each fill tells the position it started
          from; where two do not join, something is missing, and <Link to="/system">System</Link> shows the gap.
        </li>
        <li>
          <b>Ours:</b> orders, fees and funding as they were recorded. Nothing is made up or smoothed in this page.
        </li>
        <li>
          <b>This page</b> asks nobody but the machine it came from. What is not known is shown as “–”, what is old
          grey.
        </li>
      </ul>
    </Panel>
  );
}

function Words() {
  return (
    <Panel title={<b>Words</b>}>
      <div className="help-chapters">
        {CHAPTERS.map((chapter) => (
          <section key={chapter.title} aria-label={chapter.title}>
            <h3>{chapter.title}</h3>
            <dl className="help-words">
              {chapter.words.map(([word, meaning]) => (
                <div key={word}>
                  <dt>{word}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Panel>
  );
}
