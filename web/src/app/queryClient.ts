// The one cache of answers, and what is asked before the first page is even loaded.
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/client";
import { equityBackQuery, marksQuery, modelsQuery, stateQuery } from "@/api/queries";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, fault) =>
        failures < 3 && !(fault instanceof ApiError && fault.status >= 400 && fault.status < 500),
      retryDelay: (tries) => Math.min(10_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2),
    },
  },
});

/** Asks for what the arena will ask for, while its code is still on the way. A failure is the page's to show. */
export function askAhead(path: string, search: string): void {
  void queryClient.prefetchQuery(stateQuery());
  if (path !== "/") return;
  void queryClient.prefetchQuery(modelsQuery());
  void queryClient.prefetchQuery(marksQuery());
  if (!new URLSearchParams(search).has("range")) void queryClient.prefetchQuery(equityBackQuery(null, () => null));
}
