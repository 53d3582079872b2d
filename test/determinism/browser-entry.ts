// What the browser test bundles for the page: the engine with every scenario, and a SHA-256 that needs no Node.
import { sha256 as hash } from "@noble/hashes/sha2.js";
import { FAMILIES, SCENARIOS } from "../../scenarios/index.ts";
import type { Case } from "../../sim/harness/case.ts";
import { Runner } from "../../sim/harness/runner.ts";

/** Runs a case and gives its digest. */
export function digestOf(request: Case): string {
  const runner = new Runner(SCENARIOS, sha256, { families: FAMILIES });
  return runner.run(runner.prepare(request)).digest;
}

/** SHA-256 over the concatenation of `parts`. */
export function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const state = hash.create();
  for (const part of parts) state.update(part);
  return state.digest();
}
