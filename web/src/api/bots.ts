// The names of the watched bots, for whoever has only an id: from an answer that the public is served too.
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "./client";
import { modelsQuery } from "./queries";

const namesOf = ({ bots }: Schemas["Models"]): ReadonlyMap<string, string> =>
  new Map(bots.map((bot) => [bot.id, bot.name]));

/** By id, in the order of the answer; undefined until they are read. */
export function useBotNames(): ReadonlyMap<string, string> | undefined {
  return useQuery({ ...modelsQuery(), select: namesOf }).data;
}

/** As choices of a filter, with one that is chosen already but not watched. */
export function useBotOptions(chosen: string | undefined): { value: string; label: string }[] {
  const names = useBotNames();
  const options = [...(names ?? [])].map(([value, label]) => ({ value, label }));
  if (chosen !== undefined && !names?.has(chosen)) options.push({ value: chosen, label: chosen });
  return options;
}
