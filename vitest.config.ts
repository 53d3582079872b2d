// The tests' runner: `npm test` is the gate (one fixed seed), `npm run soak` the large counts (a fresh, printed seed).
import { defineConfig } from "vitest/config";
import { RegressionsFirst } from "./test/support/regressions-first.ts";

const gateSeed = "20260101";

export default defineConfig(({ mode }) => {
  const isSoak = mode === "soak";
  const seed = process.env["CLEANCUT_SEED"] ?? (isSoak ? String(Date.now() % 2 ** 31) : gateSeed);
  const report = process.env["CLEANCUT_TEST_REPORT"];
  if (isSoak) console.log(`Soak seed ${seed}: repeat with CLEANCUT_SEED=${seed} npm run soak`);

  return {
    test: {
      environment: "node",
      include: ["test/**/*.test.ts"],
      globalSetup: ["test/support/browser.ts", "test/support/command-line-bundle.ts"],
      setupFiles: ["test/support/setup.ts"],
      env: { CLEANCUT_SEED: seed, CLEANCUT_SOAK: isSoak ? "1" : "" },
      sequence: { sequencer: RegressionsFirst },
      pool: "forks",
      // Files share a process, and what it has loaded and compiled; none changes anything for another.
      isolate: false,
      maxWorkers: 2,
      testTimeout: isSoak ? 3_600_000 : 30_000,
      hookTimeout: 60_000,
      reporters: report === undefined ? ["default"] : ["default", "json"],
      ...(report === undefined ? {} : { outputFile: { json: report } }),
      coverage: { provider: "v8", include: ["sim/**/*.ts", "scenarios/**/*.ts"] },
    },
  };
});
