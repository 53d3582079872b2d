// `cleancut exhaust`: tries every point at which the power can be lost, and every point at which each task manager
// can die, and prints what that certifies.

import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import type { Case } from "../harness/case.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { writeWhole } from "../node/whole-file.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { Crash, CrashCertificate, SecondCrash } from "../search/exhaust.ts";
import { commandText } from "./command-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { setting, wholeNumber } from "./option-values.ts";
import { showProgress } from "./progress.ts";
import { engineFor } from "./run-request.ts";
import { savedPath } from "./saved-path.ts";
import { coloured, heading, print, printJson } from "./terminal.ts";

interface Options {
  readonly seed?: number;
  readonly set?: ConfigValues;
  readonly bug?: readonly string[];
  readonly audit?: true;
  readonly recovery?: true;
  readonly pairs?: true;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addExhaustCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("exhaust")
    .description("crash at every point of a run and certify that no crash breaks a claim")
    .argument("<scenario>", "a scenario's name, or a job's .ts file")
    .option("--seed <n>", "the seed of the run (default: 1)", wholeNumber("--seed", 0))
    .option("--set <key=value>", "a configuration value; may be given again", setting)
    .option("--bug <id...>", "bugs of the zoo to build the engine with")
    .option("--audit", "run every point, not only one of each class")
    .option("--recovery", "after each class's crash, lose the power at every event of the recovery")
    .option("--pairs", "after each class's crash, lose the power at every event until the end")
    .option("--json", "print the certificates as one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (scenario: string, options: Options) => end(await run(scenario, options)));
}

const EXAMPLES = `
Examples:
  cleancut exhaust word-count
  cleancut exhaust word-count --audit
  cleancut exhaust word-count --bug T08
  cleancut exhaust ./my-job.ts --recovery

Certificate 1 is for the loss of power: points whose future cannot differ form a class, and one run stands
for it; --audit runs them all and compares. Certificate 2 is for the death of each task manager: every
point is run, since those that live on remember. The cases of the first findings of each crash are saved under
.cleancut/failures/. Ctrl-C stops after the crash in hand.
Exit code: 0 all held, 1 a crash breaks a claim, or the audit found a class that did not tell the truth,
3 stopped before every crash was tried.`;

/** What one crash came to, and where the cases of its first findings lie. */
interface Tried {
  readonly certificate: CrashCertificate;
  readonly saved: readonly string[];
}

async function run(scenario: string, options: Options): Promise<ExitCode> {
  const config = { "recording.level": "records", ...options.set };
  const request = { scenario, config, seed: options.seed ?? 1, edits: options.bug ?? [] };
  const engine = await engineFor(request);
  const crashes = engine.crashesOf(engine.runner, request);
  const tried: Tried[] = [];
  const interruption = listenForInterruption();
  try {
    for (const crash of crashes) {
      // Lets Ctrl-C in, also one that came during the crash before.
      await setImmediate();
      if (interruption.isRequested) break;
      const certificate = certify(engine, { request, crash, options });
      const each = { certificate, saved: saveFindings(certificate, request) };
      tried.push(each);
      if (options.json !== true) print(...certificateLines(certificate), ...findingLines(each));
    }
  } finally {
    interruption.release();
  }
  const untried = crashes.slice(tried.length);
  if (options.json === true) printJson(jsonOf(request, tried, untried));
  else print(...untried.map((crash) => `Not tried: ${crashText(crash)}`));
  return exitCodeOf(tried, untried);
}

function jsonOf(
  { scenario, seed }: { readonly scenario: string; readonly seed: number },
  tried: readonly Tried[],
  untried: readonly Crash[],
): unknown {
  const certificates = tried.map(({ certificate, saved }) => ({ ...certificate, saved }));
  return { scenario, seed, certificates, untried };
}

function exitCodeOf(tried: readonly Tried[], untried: readonly Crash[]): ExitCode {
  const isBroken = tried.some(({ certificate: { findings, audit } }) => {
    return findings.length > 0 || (audit?.missed ?? []).length > 0;
  });
  if (isBroken) return EXIT_CODE.violated;
  return untried.length > 0 ? EXIT_CODE.unfinished : EXIT_CODE.held;
}

function certify(
  engine: LoadedEngine,
  asked: { readonly request: Case; readonly crash: Crash; readonly options: Options },
): CrashCertificate {
  const { request, crash, options } = asked;
  const progress = showProgress(crashText(crash), undefined);
  const certificate = engine.exhaust(engine.runner, request, crash, {
    isAudit: options.audit === true,
    second: secondOf(options),
    onProgress: () => progress.advance(1, ""),
  });
  progress.finish();
  return certificate;
}

function crashText(crash: Crash): string {
  return crash.kind === "power-loss" ? "power loss" : `${crash.taskManager} dies`;
}

function secondOf({ pairs, recovery }: Options): SecondCrash {
  if (pairs === true) return "anywhere";
  return recovery === true ? "during-recovery" : "none";
}

function certificateLines(certificate: CrashCertificate): readonly string[] {
  const { crash, points, classes, runs, findings, splitClasses, audit, second } = certificate;
  const isPowerLoss = crash.kind === "power-loss";
  const title = `Certificate ${isPowerLoss ? 1 : 2}, ${crashText(crash)}`;
  const mark = findings.length === 0 ? coloured("✓", "green") : coloured("✗", "red");
  const outcome = findings.length === 0 ? "all pass" : `${findings.length} claims broken`;
  const lines = [
    heading(title),
    `${mark} ${points} points, ${isPowerLoss ? `${classes} classes` : "each run"}, ${outcome} (${runs} runs to the end)`,
  ];
  if (splitClasses > 0) {
    lines.push(
      `  ${splitClasses} classes were split: a deadline outside could have fallen due in them`,
    );
  }
  if (second !== undefined) {
    lines.push(`  A second power loss: ${second.points} points, ${second.classes} classes`);
  }
  if (audit !== undefined) {
    lines.push(
      audit.missed.length === 0
        ? `  Audit: every point was run, ${audit.failing} fail, and each is found by its class`
        : `  ${coloured("✗", "red")} Audit: ${audit.missed.length} of ${audit.failing} failing points were missed`,
    );
  }
  return [...lines, ""];
}

/** Of each crash, so many findings are saved and shown. */
const SAVED_FINDINGS = 5;

function saveFindings(
  { crash, findings }: CrashCertificate,
  { scenario, seed }: { readonly scenario: string; readonly seed: number },
): readonly string[] {
  return findings.slice(0, SAVED_FINDINGS).map((finding, index) => {
    const path = savedPath("failures", [scenario, seed, crashText(crash), index + 1], "json");
    writeWhole(path, JSON.stringify(finding.case, undefined, 2));
    return path;
  });
}

function findingLines({ certificate: { findings }, saved }: Tried): readonly string[] {
  const lines = saved.flatMap((path, index) => {
    const finding = findings[index];
    if (finding === undefined) return [];
    const { point, classSize, checker, sentence } = finding;
    return [
      `After ${point.after}, at ${point.time / 1000} ms (a class of ${classSize}):`,
      `  ${checker}: ${sentence}`,
      `  ${commandText("run", path)}`,
    ];
  });
  const rest = findings.length - saved.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : []), ...(lines.length > 0 ? [""] : [])];
}
