// Pages that lead the reader through something are walked through: each block that names a file becomes that file, each
// command is given, and what the page shows of its output is what it says. Numbers may differ, words may not; with
// CLEANCUT_WRITE_DOCS=1 the page gets the output as it is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { expectWritten, readDocument } from "./written-text.ts";

interface Output {
  readonly command: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

test.each(["docs/writing-a-job.md", "docs/faults.md"])(
  "%s does what it says",
  (page) => {
    const before = readDocument(page);
    const folder = mkdtempSync(join(tmpdir(), "cleancut-walk-"));
    let last: Output | undefined;
    let after: string;
    try {
      after = before.replaceAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm, (...match) => {
        const [block = "", language = "", name, body = ""] = match as (string | undefined)[];
        if (language === "sh") last = outputOf(body.trim(), folder);
        else if (language === "text" && name !== undefined) {
          return `\`\`\`text ${name}\n${shownPart(name, last)}\n\`\`\``;
        } else if (name !== undefined) writeFileSync(join(folder, name), body);
        return block;
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const isSame = withoutNumbers(after) === withoutNumbers(before);
    if (!isSame || process.env["CLEANCUT_WRITE_DOCS"] === "1") expectWritten(page, after);
  },
  120_000,
);

/** Gives a command; those that are to fail show it by what the page shows of them. */
function outputOf(command: string, folder: string): Output {
  const words = command.replace(/^npx cleancut /, "").split(/\s+/);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inject("commandLine"), ...words],
    {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  return { command, exitCode: status, stdout, stderr };
}

/** All of an output, its verdicts, or the sentence of an error. */
function shownPart(name: string, output: Output | undefined): string {
  if (output === undefined) throw new Error("An output is shown before any command");
  const { command, exitCode, stdout, stderr } = output;
  if (name === "error") {
    expect(exitCode, command).toBe(2);
    return stderr.trimEnd();
  }
  expect(exitCode, `${command}\n${stderr}`).toBe(stdout.includes("✗") ? 1 : 0);
  if (name === "output") return stdout.trimEnd();
  const part = /^Verdicts\n([\s\S]*?)\n\n/m.exec(stdout)?.[1];
  if (part === undefined) throw new Error(`${command} gives no verdicts`);
  return part;
}

function withoutNumbers(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{64}\b|\d+(?:\.\d+)?(?: [mµ]?s\b)?/g, "#")
    .replaceAll(/ +/g, " ");
}
