// `cleancut inspect`: what a checkpoint, a task's state or a log held. Without a question, what the trace is of and
// how the world stands in it.

import type { Command } from "commander";
import { scenarioName } from "../harness/case.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import { checkedCase } from "../node/case-file.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { RequestError } from "../node/request-error.ts";
import { readIntact } from "../node/trace-recording.ts";
import { timeText } from "../trace/duration-text.ts";
import { EventIndex, parseIdentity } from "../trace/event-identity.ts";
import { project, type WorldProgress } from "../trace/projection.ts";
import { sentence } from "../trace/sentences/sentence.ts";
import type { SubtaskProgress } from "../trace/subtask-progress.ts";
import { decodeEvents, type Trace } from "../trace/trace.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { type CheckpointContents, checkpointContents } from "./checkpoint-contents.ts";
import { fileTreeLines } from "./checkpoint-file-tree.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { logContents, logLines } from "./log-contents.ts";
import { wholeNumber } from "./option-values.ts";
import { engineFor } from "./run-request.ts";
import { heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly checkpoint?: number;
  readonly task?: string;
  readonly log?: string;
  readonly at?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addInspectCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("inspect")
    .description("show what a checkpoint, a task's state or a log held")
    .argument("<trace>", "the trace's .jsonl file")
    .option(
      "--checkpoint <n>",
      "a completed checkpoint: its pairs (operator, state)",
      wholeNumber("--checkpoint", 1),
    )
    .option("--task <name>", "a subtask such as count-2: its phase and state")
    .option("--log <partition>", "an outside log such as counts, or one partition, counts/0")
    .option("--at <event>", "after this event: its index, or its identity (default: the last)")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: Options) => {
      const answers = await inspect(path, options);
      if (options.json === true)
        printJson(Object.assign({ trace: path }, ...answers.map(({ json }) => json)));
      else print(...answers.flatMap(({ lines }, index) => (index === 0 ? lines : ["", ...lines])));
      end(EXIT_CODE.held);
    });
}

const EXAMPLES = `
Examples:
  cleancut run word-count --seed 7 --trace seven.jsonl
  cleancut inspect seven.jsonl
  cleancut inspect seven.jsonl --checkpoint 1
  cleancut inspect seven.jsonl --task count-2 --at "count-2#0 snapshot-taken 1"
  cleancut inspect seven.jsonl --log counts/0 --json`;

/** One section of the answer, for people and for machines. */
interface Answer {
  readonly lines: readonly string[];
  readonly json: { readonly [key: string]: unknown };
}

async function inspect(path: string, options: Options): Promise<readonly Answer[]> {
  const trace = readIntact(path, "inspect");
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  const at = indexOf(options.at, events);
  const world = project(trace.header.topology, events, at);
  const answers: Answer[] = [];
  if (options.checkpoint !== undefined) {
    const { engine, job } = await prepared(trace, path);
    answers.push(checkpointAnswer(checkpointContents(engine, job, options.checkpoint)));
  }
  if (options.task !== undefined) {
    answers.push(taskAnswer(options.task, trace, world));
  }
  if (options.log !== undefined) {
    const { job } = await prepared(trace, path);
    const shown = logContents(options.log, world, job);
    answers.push({ lines: logLines(shown), json: { log: shown } });
  }
  return answers.length === 0 ? [summary(trace, world, events)] : answers;
}

async function prepared(
  { header }: Trace,
  path: string,
): Promise<{ readonly engine: LoadedEngine; readonly job: PreparedJob }> {
  const request = checkedCase(header.case, `case in the header of ${path}`);
  const engine = await engineFor(request);
  return { engine, job: engine.runner.prepare(request) };
}

/** The index that `--at` names; the last event's without one. */
function indexOf(text: string | undefined, events: readonly TraceEvent[]): number {
  const last = events.length - 1;
  if (text === undefined) return last;
  const identity = parseIdentity(text);
  const index = identity === undefined ? Number(text) : new EventIndex(events).find(identity);
  if (index !== undefined && Number.isSafeInteger(index) && index >= 0 && index <= last)
    return index;
  throw new RequestError(
    `Cannot find the event "${text}": expected an index from 0 to ${last}, or an identity such as "count-2#0 snapshot-taken 1"`,
  );
}

function summary(
  { header, footer }: Trace,
  world: WorldProgress,
  events: readonly TraceEvent[],
): Answer {
  const { seed, faults } = header.case;
  const last = events[world.index];
  return {
    lines: [
      `${heading(scenarioName(header.case))}, seed ${seed}, ${faults.length === 1 ? "1 fault" : `${faults.length} faults`} planned, recorded at level ${header.level} by engine ${header.engine}`,
      `${footer.events} events, digest ${footer.digest}`,
      "",
      `After event ${world.index}, at ${timeText(world.time)}: ${last === undefined ? "nothing yet" : sentence(last, "en")}`,
      `  job ${world.job.status}, newest checkpoint ${world.job.newestCheckpoint}, restored from ${world.job.restoredFrom ?? "nothing yet"}`,
      heading("Subtasks"),
      ...world.subtasks.map(subtaskLine),
      heading("Checkpoints"),
      ...world.checkpoints.map(({ id, phase, acknowledgements }) => {
        return `  ${String(id).padStart(5)}  ${phase.kind}, ${acknowledgements.length} acknowledgements`;
      }),
      heading("Logs"),
      ...world.logs.map(({ name: log, records, open, committed, aborted }) => {
        return `  ${log}: ${records.length} records, transactions: ${committed} committed, ${aborted} aborted, ${open.length} open`;
      }),
      ...(world.printed.length === 0 ? [] : [`  stdout: ${world.printed.length} lines`]),
    ],
    json: {
      case: header.case,
      level: header.level,
      engine: header.engine,
      digest: footer.digest,
      events: footer.events,
      at: { index: world.index, virtualTimeMs: world.time / 1000 },
      job: world.job,
      subtasks: world.subtasks.map(subtaskJson),
      checkpoints: world.checkpoints.map(({ id, phase, acknowledgements }) => {
        return { checkpoint: id, phase: phase.kind, acknowledgements: acknowledgements.length };
      }),
      logs: world.logs.map(({ name: log, records, open, committed, aborted }) => {
        return { log, records: records.length, open: open.length, committed, aborted };
      }),
      printed: world.printed.length,
    },
  };
}

function subtaskLine({ name, phase, attempt, taskManager, counts }: SubtaskProgress): string {
  const where = taskManager === undefined ? "" : ` on ${taskManager}`;
  return `  ${name}  ${phase.kind}, attempt ${attempt}${where}; ${counts.read} read, ${counts.processed} processed, ${counts.emitted} emitted, ${counts.written} written`;
}

function subtaskJson(subtask: SubtaskProgress): unknown {
  const { name, phase, attempt, taskManager, restoredFrom, counts, lastRecord } = subtask;
  return { name, phase, attempt, taskManager, restoredFrom, counts, lastRecord };
}

function taskAnswer(task: string, trace: Trace, world: WorldProgress): Answer {
  const subtask = world.subtasks.find(({ name }) => name === task);
  if (subtask === undefined) {
    const names = world.subtasks.map(({ name }) => name).join(", ");
    throw new RequestError(`Cannot inspect the task "${task}": there are ${names}`);
  }
  const { level } = trace.header;
  const isRecorded = level === "state" || level === "network";
  const keyed = subtask.keyed.values();
  const operatorState = [...subtask.operatorState].map(([operator, newest]) => {
    return { operator, ...newest };
  });
  const stateLines = isRecorded
    ? [
        `Keyed state: ${keyed.length} values`,
        ...keyed.map(({ state, key, value }) => `  ${state}[${key}] = ${value}`),
        ...operatorState.map(
          ({ operator, checkpoint, lists }) =>
            `Operator state of ${operator} as of checkpoint ${checkpoint}: ${lists}`,
        ),
      ]
    : [`Its state was not recorded: the level is ${level}, expected state or network`];
  return {
    lines: [
      `${heading(task)} after event ${world.index}, at ${timeText(world.time)}`,
      subtaskLine(subtask),
      ...stateLines,
    ],
    json: {
      task: subtaskJson(subtask),
      at: { index: world.index, virtualTimeMs: world.time / 1000 },
      ...(isRecorded ? { keyed, operatorState } : {}),
    },
  };
}

function checkpointAnswer(contents: CheckpointContents): Answer {
  const { checkpoint, triggeredAt, completedAt, path, files, pairs } = contents;
  return {
    lines: [
      `${heading(`Checkpoint ${checkpoint}`)}, triggered at ${timeText(triggeredAt)}, complete at ${timeText(completedAt)}, in ${path}`,
      `${heading(`Checkpoint ${checkpoint}`)} = {${pairs.map(({ operator }) => `(${operator}, state)`).join(", ")}}`,
      ...pairs.flatMap(({ operator, state }) => [
        "",
        heading(`(${operator}, state)`),
        ...(state.length === 0 ? ["  no state"] : []),
        ...state.flatMap(({ subtask, bytes, keyed, operatorState }) => [
          `  ${subtask}: ${bytes} bytes`,
          ...keyed.map(({ state: name, key, value, keyGroup }) => {
            return `    ${name}[${key}] = ${value}   key group ${keyGroup}`;
          }),
          ...operatorState.map(({ state: name, mode, elements }) => {
            return `    ${name} (${mode}) = [${elements.join(", ")}]`;
          }),
        ]),
      ]),
      "",
      heading("Files it refers to"),
      ...fileTreeLines(files),
    ],
    json: { checkpoint: contents },
  };
}
