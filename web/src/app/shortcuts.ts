// The keys of the whole page. Single keys do nothing while somebody types, while a dialog is open, or when switched off.
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { PAGES } from "@/components/pages";
import { usePreferences } from "@/preferences";
import type { Overlay } from "./Shell";

const SECOND_KEY_MS = 1200;

export function useShortcuts(setOverlay: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goUntil = 0;

    function onKeyDown(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOverlay("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]"))
        return;
      if (!usePreferences.getState().keys) return;
      if (event.key === "K") setOverlay("kill");
      else if (event.key === "?") setOverlay("keys");
      else if (event.key === "/") focusFilter(event);
      else if (event.key === "g") goUntil = Date.now() + SECOND_KEY_MS;
      else if (Date.now() < goUntil) {
        goUntil = 0;
        const page = PAGES.find((each) => each.key === event.key);
        if (page) void navigate({ to: page.to });
      }
    }

    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [navigate, setOverlay]);
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function focusFilter(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>("[data-filter-bar] input, [data-filter-bar] select");
  if (!field) return;
  event.preventDefault();
  field.focus();
}
