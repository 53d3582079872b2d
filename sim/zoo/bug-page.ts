// The page of all bugs, as Markdown: the kill matrix, then for each bug what happened, why one would write it, the edit,
// and the schedule that brings it out; in the end the bugs there are not, and why.

import type { Bug } from "./bug.ts";
import { CALM_SEEDS_MAX, type KillMatrix } from "./kill-matrix.ts";
import { killTable } from "./kill-report.ts";
import { MISSING_BUGS } from "./missing-bugs.ts";
import type { SourceEdit } from "./source-edit.ts";

/** The page, with the matrix of a run over all of `bugs`. */
export function zooPage(bugs: readonly Bug[], matrix: KillMatrix): string {
  const parts = [INTRODUCTION, matrixPart(matrix), ...bugPages(bugs), missingPart()];
  return `${parts.join("\n\n")}\n`;
}

/** One section for each bug, in order. */
export function bugPages(bugs: readonly Bug[]): readonly string[] {
  return bugs.map(bugPage);
}

/** The section on bugs that are not in the zoo. */
export function missingPart(): string {
  const lines = MISSING_BUGS.map(
    ({ ticket, title, lacks }) => `- **${ticket}**, ${title}: ${lacks}.`,
  );
  return `## What is not in the zoo

Known bugs of incremental files and their registry, of local recovery, rescaling, operator state, timers and time to
live that no edit of this engine can show, and for want of what.

${lines.join("\n")}`;
}

const INTRODUCTION = `# The bug zoo

Bugs that real systems have had, and mistakes that textbooks warn of, each written as a small edit of this engine.
This page is generated: \`npx cleancut zoo --write-docs docs/zoo.md\`.

A bug is built into an engine of its own, and the checker named for it has to speak: in a sweep under drawn faults,
under the smallest schedule known, and, where one crash is enough, when every crash of one run is tried. No checker
of what can be seen outside may speak without faults, and none at all against the engine as it is. Tickets with a
number and a name are from public trackers; those with a T are without one. The stories are in our own words.`;

function matrixPart(matrix: KillMatrix): string {
  const [head = [], ...rows] = killTable(matrix);
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `## The kill matrix

Seeds 1 to ${matrix.seeds} of sweeps and 1 to ${Math.min(matrix.seeds, CALM_SEEDS_MAX)} of failure-free runs, each to its first kill. For exhaust the tries are points of one run: a loss of power at each, then the death of each machine. Faults: the fewest of a plan that killed. Others: the
checkers that spoke besides the named one; those of cuts and storage may rightly speak without a crash.

${lines.join("\n")}`;
}

function bugPage(bug: Bug): string {
  const { ticket, id, title, story, excuse, edits, schedule, checker } = bug;
  const { steps, ...plan } = schedule;
  return `## ${ticket}: ${title}

${story}

*Why one would write it:* ${excuse}

*Its schedule:* ${steps}${schedule.isHopeless === true ? HOPELESS : ""}

*Found by* \`${checker}\`. *Its id:* \`${id}\`.

\`\`\`json
${JSON.stringify({ ...plan, isHopeless: undefined, edits: [id] }, undefined, 2)}
\`\`\`

${edits.map(editBlock).join("\n\n")}`;
}

const HOPELESS =
  " The outside may break its promise here; then the engine as it is cannot finish, and fails in plain view.";

function editBlock({ file, find, replace }: SourceEdit): string {
  const lines = [...signed("-", find), ...signed("+", replace)];
  return `\`${file}\`\n\n\`\`\`diff\n${lines.join("\n")}\n\`\`\``;
}

/** The lines of a text, each with a sign before it. */
function signed(sign: string, text: string): readonly string[] {
  if (text === "") return [];
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${sign}${line}`);
}
