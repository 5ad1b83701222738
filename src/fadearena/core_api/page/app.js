// The page: reads the API, follows the live feed, and writes text only as text.
import { get, logIn, logInFromAddress, post, resume } from "/plain/api.js";
import { draw } from "/plain/chart.js";
import { direction, duration, gain, price, size, time, usd } from "/plain/format.js";
import { listen } from "/plain/live.js";

const ROWS = 50;
const $ = (id) => document.getElementById(id);
let names = new Map();
let killed = false;
let loggedIn = false;
let refreshing = null;
let replaced = false;

function cell(text, className = "") {
  const td = document.createElement("td");
  td.textContent = text;
  td.className = className;
  return td;
}

function row(...cells) {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
}

function fill(id, rows, empty, columns) {
  if (rows.length === 0) {
    const td = cell(empty, "dim");
    td.colSpan = columns;
    rows = [row(td)];
  }
  $(id).replaceChildren(...rows);
}

// The newest rows of each list by id: what was read and what came live meet here, in whatever order they arrive.
const lists = {
  trades: { items: new Map(), draw: tradeRow, empty: "No trades yet: the first fill of a bot appears here.", columns: 7 },
  decisions: { items: new Map(), draw: decisionRow, empty: "No decisions yet.", columns: 5 },
};

function take(id, items) {
  const list = lists[id];
  for (const item of items) list.items.set(item.id, { ...list.items.get(item.id), ...item });
  list.due ??= requestAnimationFrame(() => {
    list.due = null;
    const newest = [...list.items.values()].sort((a, b) => b.timestamp - a.timestamp).slice(0, ROWS);
    list.items = new Map(newest.map((item) => [item.id, item]));
    fill(id, newest.map(list.draw), list.empty, list.columns);
  });
}

function notice(text) {
  $("notice").textContent = text ?? "";
  $("notice").hidden = !text;
}

function showState(state) {
  killed = state.killSwitch;
  const mode = $("mode");
  mode.textContent = killed ? `${state.mode.toUpperCase()} \u00b7 HALTED` : state.mode.toUpperCase();
  mode.className = `badge ${killed ? "halted" : state.mode}`;
  $("kill").hidden = state.public;
  $("kill").textContent = killed ? "Kill switch is on: turn off" : "Kill switch";
  const system = state.systemStatus;
  const tiles = [
    ["Equity of the fade $", usd(state.equity.fadeArena)],
    ["Equity of the bots $", usd(state.equity.botsAggregate)],
    ["Today, the fade $", gain(state.dailyPnL.fadeArena), direction(state.dailyPnL.fadeArena)],
    ["Today, the bots $", gain(state.dailyPnL.bots), direction(state.dailyPnL.bots)],
    // A public arena tells nothing of positions.
    ...(state.openPositions === null ? [] : [
      ["Open positions", String(state.openPositions.count)],
      ["Their notional $", usd(state.openPositions.totalNotional)],
    ]),
    ["Exchange", system.hyperliquidConnected ? "connected" : "not connected", system.hyperliquidConnected ? "up" : "down"],
    ["Last event", time(system.lastEventTime)],
    ["Clock", time(system.clockTime)],
    ["Running for", system.uptime > 0 ? duration(system.uptime) : "not running"],
  ];
  $("tiles").replaceChildren(...tiles.map(([name, value, className = ""]) => {
    const box = document.createElement("div");
    const term = Object.assign(document.createElement("dt"), { textContent: name });
    const text = Object.assign(document.createElement("dd"), { textContent: value, className });
    box.append(term, text);
    return box;
  }));
}

function held(positions) {
  return positions.map((p) => `${p.side === "long" ? "+" : "\u2212"}${size(p.size)} ${p.asset}`).join("  ") || "flat";
}

function fading({ enabled, leverageMultiplier }) {
  if (enabled === null) return "\u2013";
  return enabled ? `\u00d7${leverageMultiplier}` : "off";
}

function showBots({ bots }) {
  names = new Map(bots.map((bot) => [bot.id, bot.name]));
  fill("bots", bots.map((bot) => row(
    cell(bot.name),
    cell(fading(bot), bot.enabled ? "" : "dim"),
    cell(usd(bot.botStats.equity), "n"),
    cell(gain(bot.botStats.realizedPnl), `n ${direction(bot.botStats.realizedPnl)}`),
    cell(usd(bot.botStats.fees), "n"),
    cell(String(bot.botStats.totalTrades), "n"),
    cell(held(bot.currentPositions)),
    cell(held(bot.myMirroredPositions)),
    cell(gain(bot.stats.totalPnL), `n ${direction(bot.stats.totalPnL)}`),
    cell(String(bot.stats.totalTrades), "n"),
  )), "No bots are watched; `fadearena bots add` adds one.", 10);
}

const nameOf = (id) => names.get(id) ?? id ?? "by hand";

function tradeRow(trade) {
  return row(
    cell(time(trade.timestamp)),
    cell(trade.type === "mine" ? `we, against ${nameOf(trade.botId)}` : nameOf(trade.botId), trade.type === "mine" ? "" : "dim"),
    cell(trade.asset),
    cell(trade.side === "long" ? "\u25b2 long" : "\u25bc short", trade.side === "long" ? "up" : "down"),
    cell(size(trade.size), "n"),
    cell(price(trade.price), "n"),
    cell(gain(trade.pnl), `n ${direction(trade.pnl)}`),
  );
}

function decisionRow(decision) {
  const reason = decision.reason ?? decision.skipReason;
  return row(
    cell(time(decision.timestamp)),
    cell(nameOf(decision.botId)),
    cell(decision.asset),
    cell(decision.decision === "execute" ? "traded" : "skipped", decision.decision === "execute" ? "up" : "dim"),
    cell(reason ? `${reason.sentence} (${reason.code})` : "\u2013", "why"),
  );
}

async function readAll() {
  const [state, models] = await Promise.all([get("/api/state"), get("/api/models")]);
  showState(state);
  showBots(models);
  const [trades, decisions, equity] = await Promise.all([
    get(`/api/trades?limit=${ROWS}`), get(`/api/decisions?limit=${ROWS}`), get("/api/equity"),
  ]);
  take("trades", trades.trades);
  take("decisions", decisions.decisions);
  draw($("chart"), equity.series);
}

async function readSlow() {
  showBots(await get("/api/models"));
  draw($("chart"), (await get("/api/equity")).series);
}

function refreshSoon(work, wait = 2000) {
  refreshing ??= setTimeout(() => {
    refreshing = null;
    work().catch(complain);
  }, wait);
}

function complain(problem) {
  if (problem.status === 401) {
    $("login").hidden = false;
    return;
  }
  notice(problem.message);
}

function onItem({ type, data }) {
  if (type === "state-update") {
    if (data.equity && data.systemStatus) showState(data);
  } else if (type === "bot-trade") {
    take("trades", [{ type: "bot", botId: data.botId, pnl: null, ...data.event }]);
    refreshSoon(readSlow);
  } else if (type === "my-trade") {
    take("trades", [{ type: "mine", pnl: null, ...data }]);
  } else if (type === "decision") {
    take("decisions", [data]);
  } else if (type === "settings-update") {
    refreshSoon(readAll, 200);
  } else if (type === "error") {
    notice(data.message);
  }
}

function askAboutKillSwitch() {
  const on = !killed;
  $("kill-title").textContent = on ? "Turn the kill switch on?" : "Turn the kill switch off?";
  $("kill-text").textContent = on
    ? "No order is sent from then on; fills and positions are still recorded. It survives a restart."
    : "Trading goes on with the next event. A reason is needed and kept.";
  $("kill-reason").required = !on;
  $("kill-go").textContent = on ? "Turn on" : "Turn off";
  $("kill-reason").value = "";
  $("kill-dialog").returnValue = "cancel";
  $("kill-dialog").showModal();
}

async function turnKillSwitch() {
  if ($("kill-dialog").returnValue !== "go") return;
  const reason = $("kill-reason").value.trim();
  const answer = await post("/api/kill-switch", { active: !killed, ...(reason ? { reason } : {}) });
  notice(answer.message);
  showState(await get("/api/state"));
}

// While this page stands in for the dashboard: the server has just come back, maybe with the dashboard in its hands.
async function giveWay() {
  const served = await fetch("/", { cache: "no-cache", credentials: "same-origin" });
  if (!served.ok || (await served.text()).includes('src="/plain/app.js"')) return;
  replaced = true;
  leave();
}

// Not over the head of somebody who is about to turn the kill switch, and not where this page was asked for by name.
function leave() {
  if (location.pathname.startsWith("/plain")) {
    $("footing").textContent = "The plain page: it needs little of a browser.";
    $("instead").hidden = false;
  } else if (!$("kill-dialog").open) {
    location.reload();
  }
}

async function start() {
  await logInFromAddress().catch(complain);
  loggedIn = await resume().catch((problem) => {
    complain(problem);
    return false;
  });
  $("kill").disabled = !loggedIn;
  $("kill").title = loggedIn ? "" : "Log in with the link that fadearena printed to use it";
  listen({
    onItem,
    onLink: (up) => {
      $("link").textContent = up ? "connected" : "reconnecting";
      $("link").className = `badge ${up ? "online" : "offline"}`;
      // A server that is gone again is asked when it is back.
      if (up) giveWay().catch(() => {});
    },
    onResync: () => readAll().then(() => notice(null)).catch(complain),
  });
}

$("kill").addEventListener("click", askAboutKillSwitch);
$("kill-dialog").addEventListener("close", () => turnKillSwitch().then(() => replaced && leave()).catch(complain));
$("login-form").addEventListener("submit", (event) => {
  event.preventDefault();
  logIn($("token").value.trim()).then(() => location.reload()).catch((problem) => notice(problem.message));
});
start();
