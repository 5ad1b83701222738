// What a person chose for this browser: kept in localStorage, never sent anywhere. Everything works without it.
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "dark" | "light" | "contrast";
export type ClockZone = "utc" | "local";

export interface Preferences {
  theme: Theme;
  zone: ClockZone;
  /** Off unless asked for. */
  sound: boolean;
  /** Single-key shortcuts (WCAG 2.1.4: they can be switched off). */
  keys: boolean;
  unit: "usd" | "pct";
  set: (change: Partial<Omit<Preferences, "set">>) => void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: "dark",
      zone: "utc",
      sound: false,
      keys: true,
      unit: "usd",
      set: (change) => set(change),
    }),
    { name: "fadearena-preferences", version: 1 },
  ),
);

export const useZone = (): ClockZone => usePreferences((preferences) => preferences.zone);
