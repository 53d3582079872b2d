// Job files of a user's: nobody has checked their types, so what is wrong with them is said in one sentence.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleancut, workFolder } from "./command-line.ts";

const folder = workFolder();

/** A job file whose build() ends with `end`, with what else stands in its scenario. */
function write(name: string, { end = "return env;", rest = "", steps = "" }): void {
  const text = `
    import { RocksDBStateBackend, StreamExecutionEnvironment } from "cleancut";
    let calls = 0;
    export const job = {
      ${rest}
      build() {
        calls++;
        const env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromElements(1, 2, 3).map((value: number) => value * 2)${steps}.print();
        env.execute("job");
        ${end}
      },
    };`;
  writeFileSync(join(folder, name), text);
}

test.concurrent.each([
  [
    "returns-nothing.ts",
    { end: "" },
    "its build() returned undefined, expected the StreamExecutionEnvironment",
  ],
  [
    "flat-logs.ts",
    { rest: "logs: { a: 5 }," },
    'its log "a" is 5, expected a list of partitions, each a list of records',
  ],
  [
    "flat-partitions.ts",
    { rest: "logs: { a: [1, 2] }," },
    'its log "a" is [1,2], expected a list of partitions, each a list of records',
  ],
  ["no-logs.ts", { rest: "logs: 5," }, "its logs are 5, expected an object"],
  [
    "too-many-groups.ts",
    { steps: ".setMaxParallelism(99999)" },
    'Cannot run "map": its max parallelism is 99999, expected a whole number from 1 to 32768',
  ],
  [
    "too-parallel.ts",
    { steps: ".setParallelism(40000)" },
    'Cannot run "map": its parallelism is 40000, expected a whole number from 1 to 32768',
  ],
])("run of %s is refused", async (name, job, complaint) => {
  write(name, job);
  const { exitCode, output, errors } = await cleancut(folder, "run", name);
  expect(errors).toContain(complaint);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
});

test.concurrent("run tells of the state backend of the job that ran, and calls no build() for it", async () => {
  const end =
    'if (calls === 1) env.setStateBackend(new RocksDBStateBackend("file:///state")); return env;';
  write("once.ts", { end });
  const { exitCode, output } = await cleancut(folder, "run", "once.ts");
  expect(output).toContain(
    "Note: The path given to RocksDBStateBackend is a place in the simulated storage",
  );
  expect(exitCode).toBe(0);
});
