// What the page does, apart from how it looks: runs, branches, lessons and the one cursor. Views and keys call it;
// it changes the state and the shelf, and whoever listens draws.

import type { Case } from "../../sim/harness/bundle.ts";
import type { Lesson, See } from "../../sim/teaching/lesson.ts";
import { StopNotFoundError } from "../../sim/teaching/stop.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { type CrashTarget, crashCase } from "../lab/branch.ts";
import { CaseRefusal, type LabRun } from "../lab/lab-engine.ts";
import { isSameCase } from "../lab/same-case.ts";
import { createRunModel } from "../model/create-run-model.ts";
import type { RunModel, StepSize } from "../model/run-model.ts";
import type { Actions } from "../views/view.ts";
import type { PageWords } from "../words/page-words.ts";
import { parseEntity } from "./entity.ts";
import { LessonSession } from "./lesson-session.ts";
import { type Direction, naturalStops, nextOf, placeAt } from "./navigation.ts";
import type { PageData } from "./page-data.ts";
import { ownCut, type PageStore } from "./page-state.ts";
import { Playback } from "./playback.ts";
import { notesOfRuns } from "./run-notes.ts";
import { indexBeside, RunShelf, type ShownRun, type Side } from "./run-shelf.ts";

/** Something the page has to say, in whatever language is spoken when it is read. */
export type Notice = (words: PageWords) => string;

/** A pane that a lesson's stop can bring to the fore. */
export type SeenPane = "topology" | "space-time" | "inspector" | "events" | "lesson";

/** Where what a stop wants seen stands. */
const PANE_OF: { readonly [view in See["view"]]: SeenPane } = {
  job: "topology",
  "space-time": "space-time",
  inspector: "inspector",
  files: "inspector",
  events: "events",
};

/** The page without its looks. */
export class PageController {
  readonly data: PageData;
  readonly store: PageStore;
  readonly shelf = new RunShelf(createRunModel);
  readonly #listeners: (() => void)[] = [];
  #session: LessonSession | undefined = undefined;
  #notice: Notice | undefined = undefined;
  #isBusy = false;
  #current: ShownRun | undefined = undefined;
  #bringUp: (pane: SeenPane) => void = () => {};

  constructor(data: PageData, store: PageStore) {
    this.data = data;
    this.store = store;
    new Playback(store, () => this.#playStep());
    this.shelf.listen(() => this.#onShelfChange());
    store.listen(() => this.#changed());
  }

  /** Has `listener` hear of every change of what is shown. */
  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The lesson under way. */
  get session(): LessonSession | undefined {
    return this.#session;
  }

  get notice(): Notice | undefined {
    return this.#notice;
  }

  /** Whether the engine is at work. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The model that has the cursor. */
  get model(): RunModel | undefined {
    return this.shelf.current?.model;
  }

  /** Has everything drawn again. */
  redraw(): void {
    this.#changed();
  }

  /** Has `bringUp` bring a pane to the fore when a lesson wants it seen. */
  onBringUp(bringUp: (pane: SeenPane) => void): void {
    this.#bringUp = bringUp;
  }

  say(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#changed();
  }

  /** What a view on one side can do; it takes the cursor there first. */
  actions(side: Side | "current"): Actions {
    const take = (): void => {
      const run = side === "current" ? undefined : this.shelf[side];
      if (run !== undefined) this.shelf.choose(run);
    };
    const after =
      <Arguments extends readonly unknown[]>(act: (...given: Arguments) => void) =>
      (...given: Arguments): void => {
        take();
        act(...given);
      };
    return {
      moveTo: after((index: number) => this.moveTo(index)),
      step: after((size: StepSize, by: Direction) => this.step(size, by)),
      select: after((selection) => this.store.change({ selection })),
      hover: (hovered) => this.store.change({ hovered }),
      change: (change) => this.store.change(change),
      crash: after((target: CrashTarget) => void this.crash(target)),
    };
  }

  /** Puts the cursor on an event, or on the nearest there is. */
  moveTo(index: number): void {
    const count = this.model?.count ?? 0;
    this.store.change({ cursor: Math.max(-1, Math.min(count - 1, index)) });
  }

  step(size: StepSize, by: Direction): void {
    if (this.model === undefined) return;
    this.moveTo(this.model.step(this.store.state.cursor, size, by));
  }

  /** To the next stop of the lesson; without one, to where a checkpoint begins or ends, or something breaks. */
  stepToStop(by: Direction): void {
    if (this.#session !== undefined) {
      this.goToStop(this.#session.stopNumber + by);
      return;
    }
    const { model } = this;
    if (model === undefined) return;
    const end = by === 1 ? model.count - 1 : -1;
    this.moveTo(nextOf(naturalStops(model), this.store.state.cursor, by) ?? end);
  }

  /** To a stop by its number, from 0. */
  goToStop(number: number): void {
    const session = this.#session;
    if (session !== undefined) {
      session.goToStop(number);
      this.#showStop(session);
    } else if (this.model !== undefined) {
      const event = naturalStops(this.model)[number];
      if (event !== undefined) this.moveTo(event);
    }
  }

  /** To the first event in which the shown branch is another than its original; says so where there is none. */
  goToDifference(): void {
    const { right } = this.shelf;
    const index = right?.branchOf?.firstDifference;
    if (index !== undefined) this.moveTo(index);
    else this.say((words) => (right === undefined ? words.noBranch : words.noDifference));
  }

  play(isPlaying: boolean): void {
    const isAtEnd = this.store.state.cursor === (this.model?.count ?? 0) - 1;
    if (isPlaying && isAtEnd) this.moveTo(-1);
    this.store.change({ isPlaying });
  }

  /** What a crash at the cursor would strike: the selection, else the place of the cursor's event. */
  get crashTarget(): CrashTarget | undefined {
    const { cursor, selection } = this.store.state;
    if (this.model === undefined) return undefined;
    const place = selection ?? placeAt(this.model, cursor, undefined);
    return place?.kind === "subtask" || place?.kind === "host" ? place : undefined;
  }

  /** Runs the other future in which `target` crashes right after the cursor's event, and shows it beside this one. */
  async crash(target: CrashTarget): Promise<void> {
    const run = this.shelf.current;
    if (run === undefined) return;
    this.say(undefined);
    const { cursor } = this.store.state;
    const branch = await this.run(crashCase(run.trace, target, cursor));
    if (branch === undefined) return;
    this.shelf.branch(run, branch);
    this.moveTo(cursor);
  }

  /** Runs a case in the page; undefined, and a notice, if that cannot be. */
  async run(request: Case): Promise<LabRun | undefined> {
    const { engine } = this.data;
    if (engine === undefined) {
      this.say((words) => words.noEngine);
      return undefined;
    }
    this.#work(true);
    try {
      return await engine.run(request);
    } catch (error) {
      if (!(error instanceof CaseRefusal)) throw error;
      this.say((words) => words.refused(error.message));
      return undefined;
    } finally {
      this.#work(false);
    }
  }

  /** Shows a run of its own, from its beginning. */
  show(run: LabRun): void {
    this.#session = undefined;
    this.shelf.show(run);
  }

  /** Shows the run of a lesson and goes to its first stop. Says whether that could be. */
  async startLesson(lesson: Lesson): Promise<boolean> {
    this.say(undefined);
    const run = await this.#runOfLesson(lesson);
    if (run === undefined) return false;
    this.show(run);
    try {
      const events = decodeEvents(run.trace.blocks, run.trace.header.kinds);
      this.#session = new LessonSession(lesson, events, () => this.#changed());
    } catch (error) {
      if (!(error instanceof StopNotFoundError)) throw error;
      this.say((words) => words.stopNotFound(error.message));
      return false;
    }
    const { mode } = this.store.state;
    this.store.change({ mode: mode === "explore" ? "lesson" : mode });
    this.#showStop(this.#session);
    return true;
  }

  /** Back to the list of lessons; the run stays. */
  leaveLesson(): void {
    this.#session = undefined;
    this.#changed();
  }

  async #runOfLesson(lesson: Lesson): Promise<LabRun | undefined> {
    const { run, engine } = this.data;
    if (run !== undefined && isSameCase(lesson.case, run.trace.header.case)) return run;
    if (engine !== undefined) return await this.run(lesson.case);
    this.say((words) => words.lessonNeedsEngine(lesson.title[this.store.state.language]));
    return undefined;
  }

  #showStop({ stop, stopEvent, isAsking }: LessonSession): void {
    const { left } = this.shelf;
    if (left !== undefined) this.shelf.choose(left);
    const selection = stop.see?.selection;
    this.store.change({
      cursor: stopEvent,
      selection: selection === undefined ? undefined : parseEntity(selection),
      ...ownCut(stop.see?.cut),
      isPlaying: false,
    });
    const view = stop.see?.view;
    // Where only one pane is seen, who is asked must see the question.
    if (isAsking) this.#bringUp("lesson");
    else if (view !== undefined) this.#bringUp(PANE_OF[view]);
    this.#changed();
  }

  /** One step of playing; a stop of the lesson ends it. */
  #playStep(): boolean {
    const { model } = this;
    if (model === undefined) return false;
    const { cursor, stepSize } = this.store.state;
    const next = model.step(cursor, stepSize, 1);
    const stop = nextOf(this.#session?.stopEvents ?? [], cursor, 1);
    this.moveTo(stop === undefined ? next : Math.min(stop, next));
    const isAtStop = stop !== undefined && stop <= next;
    return next !== cursor && !isAtStop && next < model.count - 1;
  }

  /** The cursor goes along to another run, to the same moment if that run is related. */
  #onShelfChange(): void {
    const before = this.#current;
    const current = this.shelf.current;
    this.#current = current;
    const shown = this.shelf.runs.map(({ model }) => model.digest);
    this.store.change({ notes: notesOfRuns(this.store.state.notes, shown) });
    if (current === undefined || before === current) {
      this.#changed();
      return;
    }
    const areRelated =
      before !== undefined &&
      (before.branchOf?.run === current || current.branchOf?.run === before);
    const cursor = areRelated ? indexBeside(before, current, this.store.state.cursor) : -1;
    const cut = ownCut(areRelated ? this.store.state.cut : undefined);
    const fresh = areRelated ? cut : { selection: undefined, ...cut };
    this.store.change({ cursor, hovered: undefined, isPlaying: false, ...fresh });
    this.#changed();
  }

  #work(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
