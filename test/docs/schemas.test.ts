// The JSON Schemas in docs/ are those of the schemas that the code parses with.
import { expect, test } from "vitest";
import * as z from "zod";
import { faultPlanSchema } from "../../sim/faults/fault-plan.ts";
import { CaseError, caseSchema, parseCase } from "../../sim/harness/case-schema.ts";
import { lessonSchema } from "../../sim/teaching/lesson.ts";
import { expectWritten, readDocument } from "./written-text.ts";

test.each([
  ["docs/fault-plan.schema.json", faultPlanSchema, "A fault plan"],
  ["docs/case.schema.json", caseSchema, "A case"],
  ["docs/lesson.schema.json", lessonSchema, "A lesson"],
] as const)("%s is what the code accepts", (path, schema, title) => {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  const made = { $schema, title, ...rest };
  // The formatter breaks lines as it likes.
  const isSame = JSON.stringify(JSON.parse(readDocument(path))) === JSON.stringify(made);
  if (!isSame) expectWritten(path, `${JSON.stringify(made, undefined, 2)}\n`);
});

const CRASH = {
  what: "task-manager-dies",
  where: "task-manager-1",
  when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
};

test.each([
  [{ scenario: "word-count" }],
  [{ scenario: { name: "generated", params: { shape: "chain" } }, seed: -3 }],
  [
    {
      scenario: "word-count",
      config: { "parallelism.default": 2 },
      seed: 7,
      faults: [CRASH, { what: "power-loss", where: "cluster", when: { at: 5 } }],
      overrides: [{ key: "tie@words-1#0:4", value: 1 }],
      data: [
        { source: "words", partition: 0, offset: 0, drop: true },
        { source: "words", partition: 0, offset: 1, value: { any: ["json", null] } },
      ],
      edits: ["channel-not-blocked"],
    },
  ],
])("parseCase takes what is a case: %j", (json) => {
  expect(parseCase(json)).toEqual(json);
});

test.each([
  [7, "found 7, expected an object"],
  [{}, 'found nothing at "scenario", expected a text or an object'],
  [{ scenario: "a", sede: 1 }, 'found the key "sede", expected no keys but scenario, config, seed'],
  [{ scenario: "a", seed: "x" }, 'found "x" at "seed", expected a number'],
  [{ scenario: "a", seed: 1.5 }, 'found 1.5 at "seed", expected a whole number'],
  [{ scenario: "a", config: { x: [1] } }, 'found [1] at "config.x", expected a text or a number'],
  [{ scenario: "a", faults: {} }, 'found {} at "faults", expected a list'],
  [
    { scenario: "a", faults: [CRASH, { ...CRASH, what: "rain" }] },
    'found "rain" at "faults[1].what", expected one of task-throws, task-manager-dies',
  ],
  [
    { scenario: "a", faults: [{ ...CRASH, when: { at: -1 } }] },
    'found -1 at "faults[0].when.at", expected at least 0',
  ],
  [
    { scenario: "a", faults: [{ ...CRASH, when: { after: { event: "e", place: "p", nth: 0 } } }] },
    'found 0 at "faults[0].when.after.nth", expected at least 1',
  ],
  [
    { scenario: "a", faults: [{ ...CRASH, when: { after: { ...CRASH.when.after, of: 1 } } }] },
    'found the key "of" at "faults[0].when.after", expected no keys but event, place, attempt',
  ],
  [
    { scenario: "a", data: [{ source: "s", partition: 0, offset: 0, drop: false }] },
    'found false at "data[0].drop", expected true',
  ],
])("parseCase refuses %j", (json, message) => {
  expect(() => parseCase(json)).toThrow(CaseError);
  expect(() => parseCase(json)).toThrow(`Cannot read the case: ${message}`);
});
