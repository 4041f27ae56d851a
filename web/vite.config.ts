import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.CAMLOOM_SERVER ?? "http://127.0.0.1:8780";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    outDir: "../src/camloom/server/console/dist",
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { "/api": { target: server, ws: true }, "/flv": server } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
