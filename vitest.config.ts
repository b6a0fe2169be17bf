import { defineConfig } from "vitest/config";

// Aliases come from package.json `imports`; each tier is a folder of test/ and is run by its name.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    environment: "node",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    cache: false,
    globalSetup: [
      "test/world/temp-setup.ts",
      // One PostgreSQL for the whole tier; a file that is run alone starts its own.
      ...(process.env.COUNTERSIGN_TIER === "integration" ? ["test/world/postgres-setup.ts"] : []),
    ],
  },
});
