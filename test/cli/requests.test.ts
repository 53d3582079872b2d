// A wrong request ends with exit code 2 and one sentence that says what is there instead.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleancut, workFolder } from "./command-line.ts";

const folder = workFolder();
writeFileSync(join(folder, "cut.json"), '{"faults": [');
writeFileSync(
  join(folder, "nowhere.json"),
  '{"faults": [{"what": "task-throws", "where": "counter-1", "when": {"at": 1000}}]}',
);

test.concurrent.each([
  [["run", "wordcount"], 'no such scenario, the nearest is "word-count"'],
  [["run", "word-count", "--faults", "cut.json"], "it is no JSON"],
  [
    ["run", "word-count", "--faults", "nowhere.json"],
    "there are source-1, source-2, count-1, count-2, sink-1",
  ],
  [["run", "word-count", "--sed", "7"], "--seed"],
  [["run", "word-count", "--seed", "seven"], "expected a whole number"],
  [["run", "word-count", "--set", "checkpointing.interval=1"], "no such configuration key"],
  [["lab", "--port", "99999"], "expected a whole number from 0 up, at most 65535"],
  [["sweep", "listing", "--out", "."], "it is a folder"],
  [["run", "cut.json", "--trace", "cut.json"], "Cannot"],
  [["run", "wordcount", "--faults", "crash"], 'no such scenario, the nearest is "word-count"'],
  [
    ["exhaust", "listing", "--set", "recording.level=off"],
    'Cannot search with "recording.level": found "off", on which no checker judges the output, expected at least "records"',
  ],
  [
    ["sweep", "listing", "--seeds", "1..2", "--set", "recording.level=protocol"],
    'Cannot search with "recording.level": found "protocol"',
  ],
  [["run", "word-count", "--trace", "cut.json/x.jsonl"], "a part of the path is no folder"],
  [["verify", "nowhere.jsonl"], "there is no such file"],
  [["verfy", "x.jsonl"], "the nearest is verify"],
])("cleancut %j is refused: %s", async (words, part) => {
  const { exitCode, output, errors } = await cleancut(folder, ...words);
  expect(errors).toContain(part);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
  expect(errors).not.toContain("    at ");
  expect(output).toBe("");
  expect(exitCode).toBe(2);
});
