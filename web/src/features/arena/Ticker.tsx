// The last price of every asset, and how it changed over a day of the system's own clock.
import { useQuery } from "@tanstack/react-query";
import { marksQuery } from "@/api/queries";
import { Delta, Price } from "@/components/figures";

const REFRESH_MS = 5000;

export function Ticker() {
  const marks = useQuery({ ...marksQuery(), refetchInterval: REFRESH_MS }).data?.marks ?? [];
  if (marks.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="ticker" aria-label="Prices in USD, and their change over 24 hours" tabIndex={0}>
      <ul>
        {marks.map((mark) => (
          <li key={mark.asset}>
            <b>{mark.asset}</b> <Price value={mark.price} />{" "}
            {mark.change24h !== null && <Delta value={mark.change24h} as="percent" />}
          </li>
        ))}
      </ul>
    </section>
  );
}
