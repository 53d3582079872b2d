// The job that the checkers' tests share: lines are split into words and counted, at parallelism 2.
import type { CheckedJob } from "../../sim/checkers/checker.ts";
import { hashBy, jobOf, type Layer, sinkTo, sourceOf } from "./small-jobs.ts";

interface WordCount {
  readonly word: string;
  readonly count: number;
}

const wordOf = (value: unknown): unknown => (value as WordCount).word;

function layers(): readonly Layer[] {
  return [
    { uid: "lines", operator: sourceOf("log:lines"), parallelism: 2 },
    {
      uid: "split",
      operator: {
        kind: "flat-map",
        function: (line, out) => {
          for (const word of String(line).split(" ")) out.collect({ word, count: 1 });
        },
      },
      parallelism: 2,
    },
    {
      uid: "count",
      operator: {
        kind: "reduce",
        function: (held, value) => {
          const { word, count } = held as WordCount;
          return { word, count: count + (value as WordCount).count };
        },
        serializer: undefined as never,
      },
      parallelism: 2,
      ...hashBy(wordOf),
    },
    { uid: "sink", operator: sinkTo("log:counts"), parallelism: 2 },
  ];
}

const LINES = [
  [
    "to be or not to be",
    "that is the question",
    "be that as it may",
    "or not",
    "the question",
  ].concat(["it is clean", "to cut or not", "may it be", "that cut", "is not it"]),
  ["the cut is clean", "the question is to be", "not the cut", "as it is", "a clean cut"].concat([
    "be it so",
    "so be it",
    "a question",
    "the cut may be",
    "or it may not",
  ]),
];

/** What it commits, whatever the order of arrival. */
function countsOf(lines: readonly (readonly string[])[]): readonly string[] {
  const counts = new Map<string, number>();
  const output: string[] = [];
  for (const word of lines.flat().flatMap((line) => line.split(" "))) {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    output.push(`{"count":${count},"word":${JSON.stringify(word)}}`);
  }
  return output;
}

/** Counts words of two partitions into a log with as many partitions as given. */
export function wordCountJob(
  more: Partial<CheckedJob> & { readonly partitions?: number } = {},
): CheckedJob {
  const { partitions = 1, ...rest } = more;
  return jobOf(layers, {
    logs: new Map<string, readonly (readonly unknown[])[]>([
      ["log:lines", LINES],
      ["log:counts", Array.from({ length: partitions }, () => [])],
    ]),
    isConfluent: true,
    failureFreeOutput: new Map([["counts", countsOf(LINES)]]),
    ...rest,
  });
}
