// `cleancut exhaust`: tries every point at which the power can be lost, and every point at which each task manager
// can die, and prints what that certifies.

import type { Command } from "commander";
import { engineBundle, isJobFile } from "../node/engine-bundle.ts";
import { importEngine, type LoadedEngine } from "../node/loaded-engine.ts";
import { writeWhole } from "../node/whole-file.ts";
import { editsOf } from "../node/zoo-edits.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { Crash, CrashCertificate, CrashFinding, SecondCrash } from "../search/exhaust.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { setting, wholeNumber } from "./option-values.ts";
import { showProgress } from "./progress.ts";
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
point is run, since those that live on remember.
Exit code: 0 all held, 1 a crash breaks a claim, or the audit found a class that did not tell the truth.`;

async function run(scenario: string, options: Options): Promise<ExitCode> {
  const jobFile = isJobFile(scenario) ? scenario : undefined;
  const edits = editsOf(options.bug ?? []);
  const engine = await importEngine(await engineBundle({ jobFile, edits }), jobFile);
  const config = { "recording.level": "records", ...options.set };
  const request = { scenario, config, seed: options.seed ?? 1, edits: options.bug ?? [] };
  const certificates = crashesOf(engine, request).map((crash) =>
    certify(engine, { request, crash, options }),
  );
  const findings = certificates.flatMap((certificate) => certificate.findings);
  const missed = certificates.flatMap(({ audit }) => audit?.missed ?? []);
  if (options.json === true) printJson({ scenario, seed: request.seed, certificates });
  else print(...certificates.flatMap(certificateLines), ...findingLines(findings, scenario));
  return findings.length > 0 || missed.length > 0 ? EXIT_CODE.violated : EXIT_CODE.held;
}

function crashesOf(
  engine: LoadedEngine,
  request: Parameters<LoadedEngine["runner"]["prepare"]>[0],
): readonly Crash[] {
  const taskManagers = engine.taskManagersOf(engine.runner, request);
  const deaths = taskManagers.map(
    (taskManager): Crash => ({ kind: "task-manager-dies", taskManager }),
  );
  return [{ kind: "power-loss" }, ...deaths];
}

function certify(
  engine: LoadedEngine,
  asked: {
    readonly request: Parameters<LoadedEngine["runner"]["prepare"]>[0];
    readonly crash: Crash;
    readonly options: Options;
  },
): CrashCertificate {
  const { request, crash, options } = asked;
  const name = crash.kind === "power-loss" ? "power loss" : `${crash.taskManager} dies`;
  const progress = showProgress(name, undefined);
  const certificate = engine.exhaust(engine.runner, request, crash, {
    isAudit: options.audit === true,
    second: secondOf(options),
    onProgress: () => progress.advance(1, ""),
  });
  progress.finish();
  return certificate;
}

function secondOf({ pairs, recovery }: Options): SecondCrash {
  if (pairs === true) return "anywhere";
  return recovery === true ? "during-recovery" : "none";
}

function certificateLines(certificate: CrashCertificate): readonly string[] {
  const { crash, points, classes, runs, findings, splitClasses, audit, second } = certificate;
  const isPowerLoss = crash.kind === "power-loss";
  const title = isPowerLoss
    ? "Certificate 1, power loss"
    : `Certificate 2, ${crash.taskManager} dies`;
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

const SHOWN_FINDINGS = 5;

function findingLines(findings: readonly CrashFinding[], scenario: string): readonly string[] {
  return findings.slice(0, SHOWN_FINDINGS).flatMap((finding, index) => {
    const path = `.cleancut/failures/${scenario.replaceAll(/[^\w-]+/g, "-")}-crash-${index + 1}.json`;
    writeWhole(path, JSON.stringify(finding.case, undefined, 2));
    return [
      `After ${finding.point.after}, at ${finding.point.time / 1000} ms (a class of ${finding.classSize}):`,
      `  ${finding.checker}: ${finding.sentence}`,
      `  npx cleancut run ${path}`,
    ];
  });
}
