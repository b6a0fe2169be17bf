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
  },
});
