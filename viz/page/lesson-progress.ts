// How far someone is in a lesson: at which stop, and what they predicted at each. Values; every change is a function
// from one to the next. What was not locked is never revealed, and what was locked is never changed.

/** How far someone is. Stops are numbered from 0. */
export interface LessonProgress {
  readonly stop: number;
  /** By stop; a stop where nothing was chosen yet has none. */
  readonly predictions: ReadonlyMap<number, Prediction>;
}

/** A prediction; answers are numbered from 0. */
export type Prediction =
  | { readonly kind: "open"; readonly choice: number }
  | { readonly kind: "locked"; readonly choice: number }
  /** The truth is out; `seen` is what the student says they saw. */
  | { readonly kind: "revealed"; readonly choice: number; readonly seen: string };

/** What the changes need to know of a lesson: how many answers each stop's question has, 0 without a question. */
export interface LessonShape {
  readonly answerCounts: readonly number[];
}

/** A lesson that has just been begun. */
export const LESSON_START: LessonProgress = { stop: 0, predictions: new Map() };

/** The progress at another stop; that nearest to `stop` where there is no such. */
export function atStop(progress: LessonProgress, shape: LessonShape, stop: number): LessonProgress {
  const last = shape.answerCounts.length - 1;
  return { ...progress, stop: Math.max(0, Math.min(last, stop)) };
}

/** With the answer chosen at the present stop, if it has one of that number and none is locked. */
export function withChoice(
  progress: LessonProgress,
  shape: LessonShape,
  choice: number,
): LessonProgress {
  const count = shape.answerCounts[progress.stop] ?? 0;
  const prediction = predictionAt(progress);
  const isFree = prediction === undefined || prediction.kind === "open";
  if (choice < 0 || choice >= count || !isFree) return progress;
  return withPrediction(progress, { kind: "open", choice });
}

/** With the chosen answer locked; nothing changes where none is chosen. */
export function locked(progress: LessonProgress): LessonProgress {
  const prediction = predictionAt(progress);
  if (prediction?.kind !== "open") return progress;
  return withPrediction(progress, { kind: "locked", choice: prediction.choice });
}

/** With the truth shown, where a prediction is locked. */
export function revealed(progress: LessonProgress): LessonProgress {
  const prediction = predictionAt(progress);
  if (prediction?.kind !== "locked") return progress;
  return withPrediction(progress, { kind: "revealed", choice: prediction.choice, seen: "" });
}

/** With what the student says they saw, once the truth is shown. */
export function withSeen(progress: LessonProgress, seen: string): LessonProgress {
  const prediction = predictionAt(progress);
  if (prediction?.kind !== "revealed") return progress;
  return withPrediction(progress, { ...prediction, seen });
}

/** What was predicted at the present stop. */
export function predictionAt(progress: LessonProgress): Prediction | undefined {
  return progress.predictions.get(progress.stop);
}

/** How many of the lesson's questions were revealed, and how many there are. */
export function questionCounts(
  progress: LessonProgress,
  shape: LessonShape,
): { readonly revealed: number; readonly all: number } {
  const predictions = [...progress.predictions.values()];
  return {
    revealed: predictions.filter(({ kind }) => kind === "revealed").length,
    all: shape.answerCounts.filter((count) => count > 0).length,
  };
}

function withPrediction(progress: LessonProgress, prediction: Prediction): LessonProgress {
  const predictions = new Map(progress.predictions).set(progress.stop, prediction);
  return { ...progress, predictions };
}
