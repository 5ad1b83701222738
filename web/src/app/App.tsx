// Puts the parts together: queries, live feed, router; the login page where nothing may be read.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useSession } from "@/api/session";
import { LoginPage } from "./LoginPage";
import { useLiveFeed } from "./liveFeed";
import { queryClient } from "./queryClient";
import { router } from "./router";

export function App() {
  const status = useSession((session) => session.status);
  return (
    <QueryClientProvider client={queryClient}>
      {status === "out" && <LoginPage />}
      {status !== "out" && <Inside />}
    </QueryClientProvider>
  );
}

function Inside() {
  useLiveFeed(queryClient);
  return <RouterProvider router={router} context={{ queryClient }} />;
}
