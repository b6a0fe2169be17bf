import { defineConfig } from "vitest/config";

// Aliases come from package.json `imports`; each tier is a folder of test/ and is run by its name.
export default defineConfig({
  test: {
    // Apart, because a process that goes from files with a page to files without one and back is started anew each time.
    projects: [
      { extends: true, test: { name: "node", include: ["test/**/*.test.ts"], environment: "node" } },
      { extends: true, test: { name: "page", include: ["test/**/*.test.tsx"], environment: "happy-dom" } },
    ],
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
