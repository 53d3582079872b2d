// The command line in a process of its own, in a folder of its own.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

/** What a command came to. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A fresh folder to run commands in. */
export function workFolder(): string {
  return mkdtempSync(join(tmpdir(), "cleancut-cli-"));
}

/** Runs `cleancut` with these words in `folder`. */
export function cleancut(folder: string, ...words: readonly string[]): Promise<Outcome> {
  return outcomeOf(spawn(process.execPath, [inject("commandLine"), ...words], { cwd: folder }));
}

/** As {@link cleancut}, in a process that has run `script` before it reads the command. */
export function cleancutAfter(
  script: string,
  folder: string,
  ...words: readonly string[]
): Promise<Outcome> {
  return outcomeOf(spawnAfter(script, folder, words));
}

function spawnAfter(
  script: string,
  folder: string,
  words: readonly string[],
): ChildProcessWithoutNullStreams {
  const preload = `data:text/javascript,${encodeURIComponent(script)}`;
  return spawn(process.execPath, ["--import", preload, inject("commandLine"), ...words], {
    cwd: folder,
  });
}

const LISTENING = "listening for Ctrl-C";

/** Loaded before the command line: says that the command listens for Ctrl-C, as soon as it does. */
const teller = `
  const { on } = process;
  process.on = function (event, ...rest) {
    on.call(process, event, ...rest);
    if (event === "SIGINT") console.error(${JSON.stringify(LISTENING)});
    return process;
  };`;

/** As {@link cleancut}, with one Ctrl-C as soon as the command listens for it. */
export function interrupted(folder: string, ...words: readonly string[]): Promise<Outcome> {
  const child = spawnAfter(teller, folder, words);
  const outcome = outcomeOf(child);
  let isSent = false;
  child.stderr.on("data", (chunk) => {
    if (String(chunk).includes(LISTENING) && !isSent) isSent = child.kill("SIGINT");
  });
  return outcome;
}

/** A command that serves something until it is stopped. */
export interface Served {
  readonly url: string;
  /** Sends Ctrl-C. */
  stop(): Promise<Outcome>;
}

/** Runs `cleancut` with these words in `folder` and waits for the address it prints. */
export async function served(folder: string, ...words: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [inject("commandLine"), ...words], { cwd: folder });
  const outcome = outcomeOf(child);
  let printed = "";
  const url = new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const found = /http:\S+/.exec(printed)?.[0];
      if (found !== undefined && printed.endsWith("\n")) resolve(found);
    });
  });
  const ended = outcome.then(({ errors }) => {
    throw new Error(`The command ended without serving anything: ${errors}`);
  });
  return {
    url: await Promise.race([url, ended]),
    stop: () => {
      child.kill("SIGINT");
      return outcome;
    },
  };
}

function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output, errors }));
  });
}
