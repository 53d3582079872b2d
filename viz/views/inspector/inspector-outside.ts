// The inspector on hosts and on the world outside: what runs there, what is still open, what can be seen.

import type { History } from "../../../sim/trace/history.ts";
import type { HostProgress } from "../../../sim/trace/host-progress.ts";
import type { LogProgress, OutsideRecord } from "../../../sim/trace/outside-progress.ts";
import { plainText } from "../../model/state-measure.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Inspection, Line } from "./inspector-blocks.ts";
import { phaseText } from "./inspector-subtask.ts";

/** How many of the newest records are listed. */
const NEWEST = 50;

/** What is said of a host. */
export function hostInspection(
  host: HostProgress,
  frame: Frame,
  words: InspectorWords,
): Inspection {
  const { name, isUp, boot, registration } = host;
  const subtasks = frame.world.subtasks.filter(({ taskManager }) => taskManager === name);
  const target = { kind: "host", name } as const;
  return {
    title: name,
    subtitle: `${isUp ? `✓ ${words.up}` : `✕ ${words.down}`} · ${words.boot(boot)}`,
    blocks: [
      {
        kind: "lines",
        title: words.subtasks,
        lines: subtasks.map((subtask): Line => {
          const entity = { kind: "subtask", name: subtask.name } as const;
          const phase = phaseText(subtask.phase, frame, words);
          return { text: `${subtask.name}: ${phase}`, target: { kind: "entity", entity } };
        }),
        empty: words.noSubtasks,
      },
      {
        kind: "facts",
        title: words.about,
        facts: [{ name: words.registration, value: registrationText(registration, words) }],
      },
    ],
    crashable: isUp ? [{ label: words.crashHost(name), target }] : [],
  };
}

/** What is said of a transactional log. */
export function logInspection(log: LogProgress, words: InspectorWords): Inspection {
  const { name, open, committed, aborted, records } = log;
  return {
    title: name,
    subtitle: `${words.visibleCount} ${records.length}`,
    blocks: [
      {
        kind: "lines",
        title: words.transactions,
        lines: open.map(({ id, by, attempt, flushed }): Line => {
          const entity = { kind: "subtask", name: by } as const;
          const text = words.transaction(id, by, attempt, flushed);
          return { text, sign: "◔", target: { kind: "entity", entity } };
        }),
        empty: words.noTransactions,
      },
      {
        kind: "facts",
        title: words.about,
        facts: [
          { name: words.openCount, value: String(open.length) },
          { name: words.committedCount, value: String(committed) },
          { name: words.abortedCount, value: String(aborted) },
          { name: words.visibleCount, value: String(records.length) },
        ],
      },
      {
        kind: "lines",
        title: words.committedRecords,
        lines: records
          .newest(NEWEST)
          .toReversed()
          .map(({ value, partition, offset, transaction }): Line => {
            const text = plainText(value);
            return { text: words.committedRecord(text, partition, offset, transaction), sign: "✓" };
          }),
        empty: words.noRecords,
      },
    ],
    crashable: [],
  };
}

/** What is said of the standard output, or of a collector. */
export function shownInspection(
  name: string,
  records: History<OutsideRecord>,
  words: InspectorWords,
): Inspection {
  return {
    title: name,
    subtitle: `${words.shownCount} ${records.length}`,
    blocks: [
      {
        kind: "lines",
        title: words.shownRecords,
        lines: records
          .newest(NEWEST)
          .toReversed()
          .map(({ value, by, attempt }): Line => {
            return { text: words.shownRecord(plainText(value), by, attempt), sign: "✓" };
          }),
        empty: words.noRecords,
      },
    ],
    crashable: [],
  };
}

function registrationText(
  registration: HostProgress["registration"],
  words: InspectorWords,
): string {
  switch (registration.kind) {
    case "unregistered":
      return words.unregistered;
    case "registered":
      return words.registered(registration.slots);
    case "lost":
      return words.givenUp(registration.reason);
  }
}
