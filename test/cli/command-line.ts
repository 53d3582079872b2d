// The command line as a user starts it: the launcher in a process of its own, in a folder of its own.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../../sim/cli/cleancut.mjs", import.meta.url));

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
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...words], { cwd: folder });
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
