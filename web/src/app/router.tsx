// Every address of the dashboard. A page is loaded when it is opened; its search parameters are checked by its own
// feature (`search.ts`), so that an address can be shared and a wrong one does no harm.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { ErrorState, LoadingState } from "@/components/states";
import { arenaSearch } from "@/features/arena/search";
import { decisionsSearch } from "@/features/decisions/search";
import { botSearch, modelsSearch } from "@/features/models/search";
import { systemSearch } from "@/features/system/search";
import { tradesSearch } from "@/features/trades/search";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
});

const arena = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: arenaSearch,
  component: lazyRouteComponent(() => import("@/features/arena/ArenaPage"), "ArenaPage"),
});
const models = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: modelsSearch,
  component: lazyRouteComponent(() => import("@/features/models/ModelsPage"), "ModelsPage"),
});
const bot = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models/$botId",
  validateSearch: botSearch,
  component: lazyRouteComponent(() => import("@/features/models/BotPage"), "BotPage"),
});
const trades = createRoute({
  getParentRoute: () => rootRoute,
  path: "/trades",
  validateSearch: tradesSearch,
  component: lazyRouteComponent(() => import("@/features/trades/TradesPage"), "TradesPage"),
});
const decisions = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions",
  validateSearch: decisionsSearch,
  component: lazyRouteComponent(() => import("@/features/decisions/DecisionsPage"), "DecisionsPage"),
});
const decision = createRoute({
  getParentRoute: () => rootRoute,
  path: "/decisions/$decisionId",
  component: lazyRouteComponent(() => import("@/features/decisions/DecisionPage"), "DecisionPage"),
});
const risk = createRoute({
  getParentRoute: () => rootRoute,
  path: "/risk",
  component: lazyRouteComponent(() => import("@/features/risk/RiskPage"), "RiskPage"),
});
const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
});
const system = createRoute({
  getParentRoute: () => rootRoute,
  path: "/system",
  validateSearch: systemSearch,
  component: lazyRouteComponent(() => import("@/features/system/SystemPage"), "SystemPage"),
});
const help = createRoute({
  getParentRoute: () => rootRoute,
  path: "/help",
  component: lazyRouteComponent(() => import("@/features/help/HelpPage"), "HelpPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([arena, models, bot, trades, decisions, decision, risk, settings, system, help]),
  context: undefined as unknown as { queryClient: QueryClient },
  // What a page's own search.ts leaves out is gone from the address too; the router would hand it on unchecked.
  search: { strict: true },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingComponent: () => <LoadingState lines={6} />,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
