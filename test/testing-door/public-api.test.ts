// The tester's door, name by name: what is added or taken away here is seen by everyone who tests a pipeline.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as door from "../../sim/testing.ts";

const VALUES = [
  "FAULT_KINDS",
  "FailureReport",
  "FaultPlanError",
  "arbitraries",
  "checkerOf",
  "drawFaults",
  "holds",
  "parseCanonicalText",
];

const TYPES = [
  "Arbitraries",
  "Case",
  "CheckedJob",
  "Checker",
  "CheckerFold",
  "Claim",
  "Counterexample",
  "FastCheck",
  "Fault",
  "FaultGenerator",
  "FaultSpace",
  "FaultTime",
  "HoldsOptions",
  "InputOptions",
  "Item",
  "JobOperator",
  "JobOptions",
  "JobStep",
  "Pipeline",
  "PlanOptions",
  "TraceEvent",
  "Trial",
  "Verdict",
];

test("sim/testing.ts exports these values", () => {
  expect(Object.keys(door).sort()).toEqual(VALUES);
});

test("sim/testing.ts exports these types besides", () => {
  const source = readFileSync(
    fileURLToPath(new URL("../../sim/testing.ts", import.meta.url)),
    "utf8",
  );
  const names = [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, inside]) => (inside ?? "").split(","))
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "" && !VALUES.includes(name));
  expect(names.sort()).toEqual(TYPES);
});
