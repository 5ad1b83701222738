// The name of the window follows the page, and so does what is read out; the focus goes to the page that came.
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PAGES } from "@/components/pages";

export function useTitle(): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  useEffect(() => {
    const page = PAGES.findLast((each) => (each.to === "/" ? path === "/" : path.startsWith(each.to)));
    document.title = page ? `${page.label} · FadeArena` : "FadeArena";
    document.querySelector('.nav [aria-current="page"]')?.scrollIntoView({ inline: "center", block: "nearest" });
    if (!first.current) document.getElementById("main")?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
}
