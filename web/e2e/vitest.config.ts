import { defineConfig } from "vitest/config";

/** One browser and one server: what people do, step after step; the first that fails ends it. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.e2e.ts"],
    fileParallelism: false,
    bail: 1,
    reporters: ["verbose"],
    testTimeout: 150_000,
    hookTimeout: 150_000,
  },
});
