// The lesson that is under way: found in the run that is shown, with how far the student is. It changes nothing but
// itself and tells who listens; what a stop brings to the fore is for the page to do.

import type { Lesson, Question, Stop } from "../../sim/teaching/lesson.ts";
import { type MeasuredValue, measured } from "../../sim/teaching/measures.ts";
import { findStop } from "../../sim/teaching/stop.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import {
  atStop,
  LESSON_START,
  type LessonProgress,
  type LessonShape,
  locked,
  type Prediction,
  predictionAt,
  questionCounts,
  revealed,
  withChoice,
  withSeen,
} from "./lesson-progress.ts";

/** A lesson under way. */
export class LessonSession {
  readonly lesson: Lesson;
  /** The event of each stop. */
  readonly stopEvents: readonly number[];
  readonly #events: readonly TraceEvent[];
  readonly #shape: LessonShape;
  readonly #onChange: (session: LessonSession) => void;
  #progress: LessonProgress = LESSON_START;

  /** Throws a `StopNotFoundError` for a run that lacks the event of a stop. */
  constructor(
    lesson: Lesson,
    events: readonly TraceEvent[],
    onChange: (session: LessonSession) => void,
  ) {
    this.lesson = lesson;
    this.#events = events;
    this.stopEvents = lesson.stops.map(({ at }) => findStop(events, at));
    this.#shape = {
      answerCounts: lesson.stops.map(({ question }) => question?.answers.length ?? 0),
    };
    this.#onChange = onChange;
  }

  /** The number of the present stop, from 0. */
  get stopNumber(): number {
    return this.#progress.stop;
  }

  get stop(): Stop {
    const stop = this.lesson.stops[this.#progress.stop];
    if (stop === undefined) throw new Error(`Cannot show a stop: the lesson has none`);
    return stop;
  }

  /** The event of the present stop. */
  get stopEvent(): number {
    return this.stopEvents[this.#progress.stop] ?? -1;
  }

  get isLastStop(): boolean {
    return this.#progress.stop === this.stopEvents.length - 1;
  }

  get prediction(): Prediction | undefined {
    return predictionAt(this.#progress);
  }

  /** Whether an answer can be chosen. */
  get isAsking(): boolean {
    const prediction = this.prediction;
    const isOpen = prediction === undefined || prediction.kind === "open";
    return this.stop.question !== undefined && isOpen;
  }

  get questions(): { readonly revealed: number; readonly all: number } {
    return questionCounts(this.#progress, this.#shape);
  }

  /** What this run answers to a question of the present stop: measured, not looked up. */
  truth(question: Question): MeasuredValue {
    return measured(question.measure, this.#events, this.stopEvent);
  }

  goToStop(number: number): void {
    this.#become(atStop(this.#progress, this.#shape, number));
  }

  choose(answer: number): void {
    this.#become(withChoice(this.#progress, this.#shape, answer));
  }

  lock(): void {
    this.#become(locked(this.#progress));
  }

  reveal(): void {
    this.#become(revealed(this.#progress));
  }

  note(seen: string): void {
    this.#become(withSeen(this.#progress, seen));
  }

  /** What Enter does: locks what is chosen, reveals what is locked. Says whether it did anything. */
  confirm(): boolean {
    const before = this.#progress;
    if (this.prediction?.kind === "locked") this.reveal();
    else this.lock();
    return this.#progress !== before;
  }

  #become(progress: LessonProgress): void {
    if (progress === this.#progress) return;
    this.#progress = progress;
    this.#onChange(this);
  }
}
