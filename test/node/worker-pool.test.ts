// A pool in which one worker breaks down stops as a whole.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { workThrough } from "../../sim/node/worker-pool.ts";

const script = join(mkdtempSync(join(tmpdir(), "cleancut-pool-")), "worker.mjs");
writeFileSync(
  script,
  `import { parentPort } from "node:worker_threads";
   parentPort.on("message", (batch) => {
     if (batch.includes(10)) throw new Error("Cannot take 10");
     parentPort.postMessage(batch);
   });`,
);

test("workThrough that fails has stopped all its workers", async () => {
  let taken = 0;
  let isEnough = false;
  function* items(): Generator<number, void> {
    for (;;) yield taken++;
  }
  const work = { items: items(), onResults: () => {} };
  const options = { script, workerData: undefined, workers: 2 };
  try {
    await expect(workThrough(options, work, () => isEnough)).rejects.toThrow("Cannot take 10");
    const before = taken;
    await setTimeout(200);
    expect(taken).toBe(before);
  } finally {
    isEnough = true;
  }
});
