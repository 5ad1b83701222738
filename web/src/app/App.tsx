// Puts the parts together: queries, live feed, router; the login page where nothing may be read.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import { useSession } from "@/api/session";
import { LoginPage } from "./LoginPage";
import { useLiveFeed } from "./liveFeed";
import { router } from "./router";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, fault) =>
        failures < 3 && !(fault instanceof ApiError && fault.status >= 400 && fault.status < 500),
      retryDelay: (tries) => Math.min(10_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2),
    },
  },
});

export function App() {
  const status = useSession((session) => session.status);
  return (
    <QueryClientProvider client={queryClient}>
      {status === "out" && <LoginPage />}
      {(status === "in" || status === "reader") && <Inside />}
    </QueryClientProvider>
  );
}

function Inside() {
  useLiveFeed(queryClient);
  return <RouterProvider router={router} context={{ queryClient }} />;
}
