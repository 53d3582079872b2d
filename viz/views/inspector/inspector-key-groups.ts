// The inspector on key groups: which a subtask owns, and, once the job has been started again, who owned them before.
// A key stays in its key group for ever; what moves is whose that is.

import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";
import { keyGroupIn, keyGroupOwner, ownerOf } from "../../../sim/trace/key-group-owners.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { stateInCheckpoint } from "../../model/checkpoint-state.ts";
import { parallelismIn, type Submission, submissionsBegun } from "../../model/submissions.ts";
import { KEY_GROUP_WORDS, type KeyGroupWords } from "../../words/key-group-words.ts";
import type { Frame } from "../view.ts";
import type { Block, KeyGroupRow, KeyPlace } from "./inspector-blocks.ts";

type Vertex = Frame["model"]["header"]["topology"]["vertices"][number];

/** How many keys are listed. */
const KEYS_MAX = 24;

/** Whether the job has been started again, so that key groups may be others' than before. */
export function isStartedAgain({ model, world }: Frame): boolean {
  return submissionsBegun(model, world.index).length > 1;
}

/** The key groups of a subtask's operator; nothing for one without keys, or of which no subtask was deployed yet. */
export function keyGroupBlocks(subtask: SubtaskProgress, frame: Frame): readonly Block[] {
  const { model, world, state } = frame;
  const words = KEY_GROUP_WORDS[state.language];
  const { vertices, edges } = model.header.topology;
  const vertex = vertices.find(({ id }) => id === subtask.vertex);
  const isKeyed = edges.some(
    ({ target, partitioning }) => target === subtask.vertex && partitioning === "hash",
  );
  if (vertex === undefined || !isKeyed) return [];
  // A class that is to predict must not see what comes: of a submission that has not begun nothing is told.
  const shown = submissionsBegun(model, world.index)
    .slice(-2)
    .filter((submission) => parallelismIn(submission, vertex.name) > 0);
  const present = shown.at(-1);
  if (present === undefined) return [];
  const keys = keysOf(vertex, shown, frame, words);
  // Of a job that was started only once nothing is said of submissions.
  const isNumbered = isStartedAgain(frame);
  const heads = isNumbered ? shown.map(({ number }) => words.ownerIn(number + 1)) : [words.owner];
  return [
    {
      kind: "key-groups",
      title: words.title,
      all: vertex.maxParallelism,
      note: ownText(subtask, vertex, present, words),
      rows: shown.map((submission) => {
        const parallelism = parallelismIn(submission, vertex.name);
        const subtasks = words.subtasks(parallelism);
        return {
          name: isNumbered ? words.submission(submission.number + 1, subtasks) : subtasks,
          bars: barsOf(parallelism, vertex, subtask.name, words),
        };
      }),
      heads: [words.key, words.keyGroup, ...heads],
      keys: keys.slice(0, KEYS_MAX),
      more: keys.length > KEYS_MAX ? words.moreKeys(keys.length - KEYS_MAX) : undefined,
      moved: words.moved,
    },
  ];
}

function ownText(
  { index }: SubtaskProgress,
  vertex: Vertex,
  present: Submission,
  words: KeyGroupWords,
): string {
  const parallelism = parallelismIn(present, vertex.name);
  if (index >= parallelism) return words.ownsNone;
  const { start, end } = keyGroupOwner(vertex, parallelism, index);
  return words.owns(start, end, vertex.maxParallelism);
}

function barsOf(
  parallelism: number,
  vertex: Vertex,
  selected: string,
  words: KeyGroupWords,
): KeyGroupRow["bars"] {
  return Array.from({ length: parallelism }, (_, index) => {
    const { name, start, end } = keyGroupOwner(vertex, parallelism, index);
    return {
      start,
      end,
      text: String(index + 1),
      title: words.bar(name, start, end),
      isSelected: name === selected,
    };
  });
}

/** The keys that subtasks of a vertex hold, or that the submission's checkpoint does, by key group. */
function keysOf(
  vertex: Vertex,
  submissions: readonly Submission[],
  { world }: Frame,
  words: KeyGroupWords,
): readonly KeyPlace[] {
  const subtasks = world.subtasks.filter((subtask) => subtask.vertex === vertex.id);
  const from = world.checkpoints.find(
    (checkpoint) => checkpoint.id === submissions.at(-1)?.checkpoint,
  );
  const held = subtasks.flatMap((subtask) => [
    ...subtask.keyed.values(),
    ...(from === undefined ? [] : stateInCheckpoint(from, subtask.name)),
  ]);
  return [...new Set(held.map(({ key }) => key))]
    .map((key): KeyPlace => {
      const group = keyGroupIn(vertex, parseCanonicalText(key));
      const owners = submissions.map((submission) => {
        return ownerOf(vertex, parallelismIn(submission, vertex.name), group);
      });
      const hasMoved = new Set(owners).size > 1;
      return { text: key, group, title: words.tick(key, group), owners, hasMoved };
    })
    .toSorted((one, other) => one.group - other.group);
}
