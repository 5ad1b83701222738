// Assets to suggest: those in which anybody holds something now.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { modelsQuery } from "./queries";

export function useAssets(): readonly string[] {
  const bots = useQuery(modelsQuery()).data?.bots;
  return useMemo(() => {
    const held = bots?.flatMap((bot) => [...bot.currentPositions, ...bot.myMirroredPositions]) ?? [];
    return [...new Set(held.map((position) => position.asset))].sort();
  }, [bots]);
}
