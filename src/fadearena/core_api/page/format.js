// How numbers and times are written, in one place.
const MINUS = "\u2212";

export function usd(value, digits = 2) {
  if (value === null || value === undefined) return "\u2013";
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value < 0 ? MINUS : "") + text;
}

export function gain(value) {
  if (value === null || value === undefined) return "\u2013";
  return (value > 0 ? "+" : "") + usd(value);
}

export function size(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

export function price(value) {
  return value.toLocaleString("en-US", { minimumFractionDigits: value < 10 ? 4 : 2, maximumFractionDigits: 6 });
}

export function time(ms) {
  return ms === null || ms === undefined ? "\u2013" : new Date(ms).toISOString().slice(5, 19).replace("T", " ");
}

export function duration(seconds) {
  const h = Math.floor(seconds / 3600);
  return `${h} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}

export function direction(value) {
  return value > 0 ? "up" : value < 0 ? "down" : "";
}
