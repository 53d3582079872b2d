// The command line: reads the words, hands them to the command's own file, and turns whatever goes wrong into one
// sentence and an exit code.

import { Command, CommanderError } from "commander";
import { ENGINE_VERSION } from "../node/trace-recording.ts";
import { addBenchCommand } from "./bench-command.ts";
import { addCompareCommand } from "./compare-command.ts";
import { addDiffCommand } from "./diff-command.ts";
import { addExhaustCommand } from "./exhaust-command.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { addExplainCommand } from "./explain-command.ts";
import { addGalleryCommand } from "./gallery-command.ts";
import { addGradeCommand } from "./grade-command.ts";
import { addInspectCommand } from "./inspect-command.ts";
import { addLabCommand } from "./lab-command.ts";
import { addListCommand } from "./list-command.ts";
import { addReplayCommand } from "./replay-command.ts";
import { addRunCommand } from "./run-command.ts";
import { addShrinkCommand } from "./shrink-command.ts";
import { addSweepCommand } from "./sweep-command.ts";
import { tell } from "./terminal.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { addZooCommand } from "./zoo-command.ts";

const COMMANDS = [
  addListCommand,
  addRunCommand,
  addVerifyCommand,
  addInspectCommand,
  addSweepCommand,
  addExhaustCommand,
  addZooCommand,
  addShrinkCommand,
  addExplainCommand,
  addDiffCommand,
  addCompareCommand,
  addReplayCommand,
  addLabCommand,
  addGalleryCommand,
  addGradeCommand,
  addBenchCommand,
];

const ABOUT =
  "A deterministic simulator of a checkpointed stream engine: one seed, one run, to the byte.";

const EXAMPLES = `
Examples:
  cleancut list
  cleancut run listing
  cleancut run word-count --seed 7
  cleancut sweep word-count --seeds 1..500
  cleancut <command> --help

Exit code: 0 all held, 1 a property was violated, 2 the request was wrong, 3 the run did not finish
within its bound, 4 a bug of Cleancut itself.`;

/** Errors that say, each in one sentence, what was wrong with the request. */
const REQUEST_ERRORS: ReadonlySet<string> = new Set([
  "CaseError",
  "CheckpointConfigError",
  "ChoiceError",
  "ConfigurationError",
  "ExerciseError",
  "FaultPlanError",
  "NondeterminismError",
  "RequestError",
  "RestartStrategyConfigError",
  "RocksDBError",
  "ScenarioError",
  "SerializationError",
  "SourceEditError",
  "TraceFormatError",
]);

const program = new Command("cleancut")
  .description(ABOUT)
  .version(ENGINE_VERSION)
  .addHelpText("after", EXAMPLES)
  .exitOverride()
  .configureOutput({ writeErr: () => {} })
  .showSuggestionAfterError();
for (const add of COMMANDS) {
  add(program, (code) => {
    process.exitCode = code;
  });
}
// A reader such as `head` that has seen enough is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? process.exitCode : EXIT_CODE.ourBug);
});
try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Says what went wrong, unless it is said already. */
function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_CODE.held;
    tell(`Cannot read the command: ${oneSentence(error.message)}`);
    return EXIT_CODE.wrongRequest;
  }
  if (error instanceof Error && REQUEST_ERRORS.has(error.name)) {
    tell(oneSentence(error.message));
    return EXIT_CODE.wrongRequest;
  }
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  tell(
    "This is a bug of Cleancut itself. Please report it with the command and, if there is one, the trace.",
  );
  return EXIT_CODE.ourBug;
}

/** Commander's "error: ..." with a suggestion on a line of its own, and others' line breaks, as one sentence. */
function oneSentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\. Expected (.*?)\.?$/, ", expected $1")
    .replace(/\n\(Did you mean (.*?)\??\)$/s, ", the nearest is $1")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}
