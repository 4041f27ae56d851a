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
  // The parts that are tested so have no page around them: what people see is tested in a browser (e2e).
  test: { environment: "node", isolate: false, include: ["src/**/*.test.ts"] },
});
