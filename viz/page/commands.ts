// Carries commands out: the one place where a key, a button and an item of a menu mean the same.

import { unreachable } from "../../sim/kernel/invariant.ts";
import type { Command } from "./keyboard.ts";
import type { LessonSession } from "./lesson-session.ts";
import { type Direction, nextHit, nextOf, placeAt, thingAt } from "./navigation.ts";
import type { PageController } from "./page-controller.ts";
import { ownCut } from "./page-state.ts";
import { speedBeside } from "./playback.ts";

/** Parts of the page that commands open or focus. */
export interface PageParts {
  openWhy(): void;
  openBranchName(): void;
  openNote(): void;
  openShare(): void;
  openExport(): void;
  openHelp(): void;
  focusSearch(): void;
  focusInspector(): void;
}

/** Carries out a command. */
export function perform(command: Command, page: PageController, parts: PageParts): void {
  const { store } = page;
  const { state } = store;
  switch (command.kind) {
    case "step":
      page.step(command.size === "chosen" ? state.stepSize : command.size, command.by);
      break;
    case "step-on-place":
      stepAlong(page, command.by, placeAt);
      break;
    case "step-on-thing":
      stepAlong(page, command.by, thingAt);
      break;
    case "step-to-stop":
      page.stepToStop(command.by);
      break;
    case "step-to-hit":
      stepToHit(page, command.by);
      break;
    case "choose":
      choose(page, command.number - 1);
      break;
    case "go-to-start":
      page.moveTo(-1);
      break;
    case "go-to-end":
      page.moveTo(Number.POSITIVE_INFINITY);
      break;
    case "play-or-pause":
      page.play(!state.isPlaying);
      break;
    case "play-slower":
      store.change({ speed: speedBeside(state.speed, -1) });
      break;
    case "play-faster":
      store.change({ speed: speedBeside(state.speed, 1) });
      break;
    case "confirm":
      if (lessonInSight(page)?.confirm() !== true) parts.focusInspector();
      break;
    case "search":
      parts.focusSearch();
      break;
    case "crash":
      crash(page);
      break;
    case "name-branch":
      parts.openBranchName();
      break;
    case "switch-branch":
      page.shelf.switchSides();
      break;
    case "difference":
      page.goToDifference();
      break;
    case "cut":
      store.change(ownCut(state.cut === undefined ? cutAtCursor(page) : undefined));
      break;
    case "cone":
      store.change({ isConeShown: !state.isConeShown });
      break;
    case "time-axis":
      store.change({ timeAxis: state.timeAxis === "virtual" ? "logical" : "virtual" });
      break;
    case "why":
      parts.openWhy();
      break;
    case "theme":
      store.change({ theme: state.theme === "light" ? "dark" : "light" });
      break;
    case "present":
      store.change({ mode: state.mode === "present" ? modeBehind(page) : "present" });
      break;
    case "note":
      if (state.cursor < 0) page.say((words) => words.noteNoEvent);
      else parts.openNote();
      break;
    case "share":
      parts.openShare();
      break;
    case "export":
      parts.openExport();
      break;
    case "help":
      parts.openHelp();
      break;
    default:
      unreachable(command);
  }
}

function stepAlong(page: PageController, by: Direction, find: typeof placeAt): void {
  const { model } = page;
  if (model === undefined) return;
  const { cursor, selection } = page.store.state;
  const entity = find(model, cursor, selection);
  const next = entity === undefined ? undefined : nextOf(model.eventsOf(entity), cursor, by);
  if (next !== undefined) page.moveTo(next);
}

function stepToHit(page: PageController, by: Direction): void {
  const { state } = page.store;
  if (page.model === undefined || state.search.trim() === "") return;
  const hit = nextHit(page.model, state, state.cursor, by);
  if (hit === undefined) page.say((words) => words.noHits(state.search));
  else page.moveTo(hit);
}

function choose(page: PageController, number: number): void {
  const lesson = lessonInSight(page);
  if (lesson?.isAsking === true) lesson.choose(number);
  else page.goToStop(number);
}

function crash(page: PageController): void {
  const target = page.crashTarget;
  if (target === undefined) page.say((words) => words.noCrashTarget);
  else void page.crash(target);
}

/** The selected checkpoint, else the one the cursor's event is about, else the last with a whole cut before it. */
function cutAtCursor({ model, store }: PageController): number | undefined {
  if (model === undefined) return undefined;
  const { cursor, selection } = store.state;
  if (selection?.kind === "checkpoint") return selection.id;
  const about = model.checkpointOf[cursor] ?? 0;
  if (about !== 0) return about;
  const before = model.checkpoints.findLast(({ triggered }) => triggered <= cursor);
  return (before ?? model.checkpoints[0])?.id;
}

/** The lesson under way, unless its panel is hidden: nobody answers what they do not see. */
function lessonInSight({ session, store }: PageController): LessonSession | undefined {
  return store.state.mode === "explore" ? undefined : session;
}

function modeBehind({ session }: PageController): "lesson" | "explore" {
  return session === undefined ? "explore" : "lesson";
}
