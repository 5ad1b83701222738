// Starts the dashboard.
import "@/styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { start } from "@/api/session";
import { App } from "@/app/App";
import { askAhead } from "@/app/queryClient";
import { showTheme } from "@/app/theme";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
showTheme();
void start();
askAhead(location.pathname, location.search);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
