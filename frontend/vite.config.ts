import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the API: the demo's gateway, or one that COLDFRAME_GATEWAY names.
const gateway = process.env.COLDFRAME_GATEWAY ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2022",
    // The policy forbids data: scripts and fonts; what is small is a file as well.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    manifest: true,
  },
  server: {
    // With the Host that the browser asked for: the gateway refuses changes from pages of other sites.
    proxy: Object.fromEntries(
      ["/api", "/media", "/storage", "/docs", "/openapi.json"].map((path) => [
        path,
        { target: gateway, changeOrigin: false },
      ]),
    ),
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
