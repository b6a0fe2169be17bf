import { defineConfig } from "vitest/config";

const EACH = { testTimeout: 30_000, hookTimeout: 60_000 } as const;

// Aliases come from package.json `imports`; each tier is a folder of test/ and is run by its name.
export default defineConfig({
  test: {
    // Apart, because a process that goes from files with a page to files without one and back is started anew each time.
    projects: [
      { test: { ...EACH, name: "node", include: ["test/**/*.test.ts"], environment: "node" } },
      { test: { ...EACH, name: "page", include: ["test/**/*.test.tsx"], environment: "happy-dom" } },
    ],
    maxWorkers: 2,
    passWithNoTests: false,
    cache: false,
    // Once for a run; a project that extended this one would do so once more.
    globalSetup: [
      "test/world/temp-setup.ts",
      // One PostgreSQL for the whole tier; a file that is run alone starts its own.
      ...(process.env.COUNTERSIGN_TIER === "integration" ? ["test/world/postgres-setup.ts"] : []),
    ],
  },
});
