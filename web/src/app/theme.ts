// Puts the theme onto the page before anything is drawn in its colours: charts read them while they draw.
import { usePreferences } from "@/preferences";

export function showTheme(): void {
  const apply = (theme: string) => {
    document.documentElement.dataset.theme = theme;
    const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", paper);
  };
  apply(usePreferences.getState().theme);
  usePreferences.subscribe((now, before) => {
    if (now.theme !== before.theme) apply(now.theme);
  });
}
