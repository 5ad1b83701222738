// Draws the two equity lines as SVG, each in percent of its own start.
const NS = "http://www.w3.org/2000/svg";

export function draw(host, series) {
  if (series.length < 2) {
    host.replaceChildren(Object.assign(document.createElement("p"), {
      className: "empty", textContent: "No equity has been recorded yet; a point is written every five minutes.",
    }));
    return;
  }
  const from = series[0].timestamp;
  const span = Math.max(1, series[series.length - 1].timestamp - from);
  const lines = { fade: percent(series, "fadeArena"), bots: percent(series, "botsAggregate") };
  const all = [0, ...lines.fade, ...lines.bots];
  const low = Math.min(...all);
  const high = Math.max(...all, low + 0.01);
  const y = (value) => 98 - (96 * (value - low)) / (high - low);
  const svg = node("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" });
  svg.append(node("line", { class: "zero", x1: 0, x2: 100, y1: y(0), y2: y(0) }));
  for (const [name, values] of Object.entries(lines)) {
    const points = values.map((value, i) => `${((series[i].timestamp - from) / span) * 100},${y(value)}`).join(" ");
    svg.append(node("polyline", { class: name, points }));
  }
  host.replaceChildren(svg);
  const last = (values) => `${values[values.length - 1].toFixed(2).replace("-", "\u2212")} %`;
  document.querySelector(".key.fade").textContent = `the fade ${last(lines.fade)}`;
  document.querySelector(".key.bots").textContent = `the bots together ${last(lines.bots)}`;
  host.setAttribute("aria-label", `Equity over time: the fade ${last(lines.fade)}, the bots together ${last(lines.bots)}`);
}

function percent(series, key) {
  const first = series.find((point) => point[key] !== 0)?.[key] ?? 1;
  return series.map((point) => (point[key] / first - 1) * 100);
}

function node(name, attributes) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
