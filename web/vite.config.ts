// Builds the bundle into the Python package; in development serves it and passes API and socket on to a running server.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";

const server = process.env.FADEARENA_URL ?? "http://127.0.0.1:8420";

// The server answers only to its own name and takes writes only from its own origin.
const proxied: ProxyOptions = {
  target: server,
  changeOrigin: true,
  ws: true,
  rewriteWsOrigin: true,
  configure: (proxy) => {
    proxy.on("proxyReq", (request) => {
      if (request.getHeader("origin")) request.setHeader("origin", server);
    });
  },
};
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
const proxy = { "/api": proxied, "/ws": proxied, "/schema": proxied, "/metrics": proxied };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: process.env.FADEARENA_DASHBOARD_DIR ?? "../src/fadearena/core_api/dashboard",
    emptyOutDir: true,
    // Nothing as data: or inline; the content security policy allows only files of this server.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    manifest: "manifest.json",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1", port: 5173, proxy },
  // As the program serves it, so that what its policy forbids is seen here first.
  preview: { host: "127.0.0.1", port: 4173, proxy, headers: { "content-security-policy": policy } },
});
