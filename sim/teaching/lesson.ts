// A lesson: a case, the stops a class makes in its run, and what it is asked to predict there. Data, read from JSON;
// whether its stops are found and its answers are what runs give is for test/teaching to say.

import * as z from "zod";
import type { Case } from "../harness/case.ts";
import { CaseError, caseSchema, parseCase } from "../harness/case-schema.ts";
import { type Localized, localizedSchema } from "./localized.ts";
import {
  type Measure,
  type MeasuredValue,
  measuredValueSchema,
  measureSchema,
} from "./measures.ts";
import { MISCONCEPTION_IDS, type MisconceptionId } from "./misconceptions.ts";
import { schemaProblem } from "./schema-problem.ts";
import { type EventPredicate, eventPredicateSchema } from "./stop.ts";

/** A lesson. */
export interface Lesson {
  /** As the table of docs/teaching.md numbers it: L1, L2, ... */
  readonly id: string;
  readonly title: Localized;
  /** What a student can say afterwards. */
  readonly goal: Localized;
  /** The misconceptions it treats. */
  readonly misconceptions: readonly MisconceptionId[];
  readonly case: Case;
  /** In the order of their events. */
  readonly stops: readonly Stop[];
  /** What to do with the run afterwards. */
  readonly exercise: Localized;
}

/** A place in the run where the class stops. */
export interface Stop {
  /** Kebab-case, unique in its lesson. */
  readonly id: string;
  /** The page shows the world right after this event. */
  readonly at: EventPredicate;
  readonly title: Localized;
  readonly say: Localized;
  readonly see?: See | undefined;
  readonly question?: Question | undefined;
}

/** What the page brings to the fore at a stop. */
export interface See {
  /** Where to look; "files" is the part of the inspector that is about a checkpoint's files. */
  readonly view: "job" | "space-time" | "inspector" | "events" | "files";
  /** An entity's key, such as `subtask:count-1`; see viz/page/entity.ts. */
  readonly selection?: string | undefined;
  /** The checkpoint whose cut is drawn. */
  readonly cut?: number | undefined;
}

/** A prediction: chosen, locked, and then compared with what the run gives. */
export interface Question {
  readonly ask: Localized;
  readonly measure: Measure;
  /** In the order they are shown. Exactly one is right. */
  readonly answers: readonly Answer[];
  /** What is asked after the reveal: what did you see? */
  readonly seen: Localized;
  readonly explanation: Localized;
}

/** One of the answers a student can choose. */
export type Answer =
  /** What the lesson's own run gives. */
  | { readonly kind: "right"; readonly text: Localized; readonly value: MeasuredValue }
  /** What a run gives under the option, the faults or the edit that make the misconception true. */
  | {
      readonly kind: "wrong";
      readonly text: Localized;
      readonly value: MeasuredValue;
      readonly misconception: MisconceptionId;
      readonly under: Under;
    }
  /** What no run can give, such as "it depends". */
  | { readonly kind: "evasive"; readonly text: Localized; readonly misconception: MisconceptionId };

/** How the lesson's case is changed to get a wrong answer: options on top of its own, faults in place of its own. */
export type Under = Pick<Case, "config" | "faults" | "edits">;

/** A lesson's file that is none. The message names the key, what was found there and what was expected. */
export class LessonError extends Error {
  override readonly name = "LessonError";
}

const misconceptionSchema = z.enum(MISCONCEPTION_IDS);

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("right"),
    text: localizedSchema,
    value: measuredValueSchema.describe("what the lesson's own run gives"),
  }),
  z.strictObject({
    kind: z.literal("wrong"),
    text: localizedSchema,
    value: measuredValueSchema.describe("what the run gives that `under` describes"),
    misconception: misconceptionSchema,
    under: z.strictObject({
      config: caseSchema.shape.config.describe("options on top of the case's own"),
      faults: caseSchema.shape.faults.describe("the faults instead of the case's own"),
      edits: caseSchema.shape.edits.describe("bugs of the zoo, or imagined engines"),
    }),
  }),
  z.strictObject({
    kind: z.literal("evasive"),
    text: localizedSchema,
    misconception: misconceptionSchema,
  }),
]);

const stopSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  at: eventPredicateSchema,
  title: localizedSchema,
  say: localizedSchema,
  see: z
    .strictObject({
      view: z.enum(["job", "space-time", "inspector", "events", "files"]),
      selection: z.string().optional().describe("an entity's key, such as subtask:count-1"),
      cut: z.int().positive().optional().describe("the checkpoint whose cut is drawn"),
    })
    .optional(),
  question: z
    .strictObject({
      ask: localizedSchema,
      measure: measureSchema,
      answers: z.array(answerSchema).min(2),
      seen: localizedSchema,
      explanation: localizedSchema,
    })
    .optional(),
});

/** A lesson, as JSON. */
export const lessonSchema = z.strictObject({
  id: z.string().regex(/^L[1-9]\d*$/),
  title: localizedSchema,
  goal: localizedSchema,
  misconceptions: z.array(misconceptionSchema).min(1),
  case: caseSchema,
  stops: z.array(stopSchema).min(1),
  exercise: localizedSchema,
});

/**
 * The lesson that a JSON value is. Throws a {@link LessonError}.
 *
 * @example parseLesson(JSON.parse(text))
 */
export function parseLesson(json: unknown): Lesson {
  const result = lessonSchema.safeParse(json);
  if (!result.success) throw new LessonError(problemOf(result.error, json));
  // JSON has no undefined, so what the schema calls optional is absent.
  const lesson = result.data as Lesson;
  const problem = contradictionIn(lesson);
  if (problem !== undefined)
    throw new LessonError(`Cannot read the lesson ${lesson.id}: ${problem}`);
  return lesson;
}

/** The case under which a run gives a wrong answer. */
export function caseUnder(request: Case, { config, faults, edits }: Under): Case {
  return {
    ...request,
    config: { ...request.config, ...config },
    ...(faults === undefined ? {} : { faults }),
    ...(edits === undefined ? {} : { edits }),
  };
}

/** What is wrong with a lesson's case is said in the words that every case gets. */
function problemOf(error: z.ZodError, json: unknown): string {
  if (error.issues[0]?.path[0] !== "case") {
    return `Cannot read the lesson: ${schemaProblem(error, json)}`;
  }
  try {
    parseCase((json as { readonly case?: unknown }).case);
  } catch (caseError) {
    if (!(caseError instanceof CaseError)) throw caseError;
    return `Cannot read the lesson: ${caseError.message.replace("Cannot read the case: ", "in its case ")}`;
  }
  return `Cannot read the lesson: ${schemaProblem(error, json)}`;
}

/** What no schema can say; undefined if all is well. */
function contradictionIn({ stops }: Lesson): string | undefined {
  const ids = stops.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `found two stops "${twice}", expected each id once`;
  for (const { id, question } of stops) {
    if (question === undefined) continue;
    const right = question.answers.filter(({ kind }) => kind === "right").length;
    if (right !== 1) return `found ${right} right answers at "${id}", expected exactly 1`;
    const values = question.answers.flatMap((one) => (one.kind === "evasive" ? [] : [one.value]));
    const same = values.find((value, index) => values.indexOf(value) !== index);
    if (same !== undefined) return `found two answers ${same} at "${id}", expected each value once`;
  }
  return undefined;
}
