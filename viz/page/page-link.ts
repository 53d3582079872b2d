// Between the page and its links: what a link to this moment says, and the page as a link wants it.

import type { Case } from "../../sim/harness/bundle.ts";
import { originalCase } from "../lab/branch.ts";
import type { LabRun } from "../lab/lab-engine.ts";
import { isSameCase } from "../lab/same-case.ts";
import { caseOfText } from "./case-text.ts";
import {
  type DeepLink,
  isOfOtherRun,
  LINKED_DIGEST_LENGTH,
  type LinkedLook,
  type Moment,
} from "./deep-link.ts";
import type { PageController } from "./page-controller.ts";
import { ownCut, type PageState } from "./page-state.ts";
import { type EventNotes, notesOf, withNotes } from "./run-notes.ts";
import type { ShownRun } from "./run-shelf.ts";

/** The case that a link to this moment carries: the branch's where there is one, as its original is within it. */
export function linkedCase({ shelf }: PageController): Required<Case> | undefined {
  return (shelf.right ?? shelf.left)?.trace.header.case;
}

/** A link to this moment; `caseText` is the text of {@link linkedCase}. */
export function linkOf(page: PageController, caseText: string | undefined): DeepLink {
  const { shelf, session, store, model } = page;
  const { cursor, selection, movedEnds, filter, language, notes } = store.state;
  const linkedNotes = (run: ShownRun | undefined): EventNotes | undefined => {
    const own = run === undefined ? undefined : notesOf(notes, run.model.digest);
    return own?.size === 0 ? undefined : own;
  };
  const origin = shelf.right?.branchOf?.run;
  const isAtStop = session !== undefined && shelf.active === "left" && cursor === session.stopEvent;
  return {
    lesson: session?.lesson.id,
    seed: shelf.case?.seed,
    moment: isAtStop
      ? { kind: "stop", number: session.stopNumber + 1 }
      : { kind: "event", index: cursor },
    selection,
    look: lookOf(store.state),
    movedEnds: movedEnds.size === 0 ? undefined : movedEnds,
    filter,
    language,
    digest: model?.digest.slice(0, LINKED_DIGEST_LENGTH),
    branch:
      origin === undefined
        ? undefined
        : {
            faultCount: origin.trace.header.case.faults.length,
            cursorOn: shelf.active === "right" ? "branch" : "original",
          },
    notes: linkedNotes(shelf.current),
    notesBeside: linkedNotes(shelf.beside),
    caseText,
  };
}

/** The part of the state that a link says at once, before there is a run. */
export function stateOfLink(link: DeepLink): Partial<PageState> {
  const { language, look, movedEnds, filter, selection } = link;
  return {
    ...(language === undefined ? {} : { language }),
    ...(look === undefined ? {} : { ...look, ...ownCut(look.cut) }),
    ...(movedEnds === undefined ? {} : { movedEnds }),
    ...(filter === undefined ? {} : { filter }),
    ...(selection === undefined ? {} : { selection }),
  };
}

/** Shows what a link says: its run, its lesson, its moment. What cannot be, a notice says. */
export async function openLink(page: PageController, link: DeepLink): Promise<void> {
  const { data, shelf } = page;
  const lesson = data.lessons.find(({ id }) => id === link.lesson);
  if (link.lesson !== undefined && lesson === undefined) {
    const id = link.lesson;
    page.say((words) => words.unknownLesson(id));
  }
  const request = await caseOfLink(page, link);
  if (lesson === undefined || !(await page.startLesson(lesson))) {
    const run = await runOfLink(page, originalOf(request, link));
    if (run === undefined) return;
    page.show(run);
  }
  if (request !== undefined && link.branch !== undefined) await showBranch(page, request);
  if (link.branch?.cursorOn === "original") shelf.switchSides();
  const { model } = page;
  if (model === undefined) return;
  page.store.change(stateOfLink(link));
  if (link.moment !== undefined) goTo(page, link.moment);
  // A stop shows its own cut, unless the link has one.
  if (link.look?.cut !== undefined) page.store.change(stateOfLink(link));
  const linked = link.digest;
  if (linked === undefined || !isOfOtherRun(link, model.digest)) {
    showNotes(page, link);
    return;
  }
  const areLeftOut = link.notes !== undefined || link.notesBeside !== undefined;
  page.say((words) => {
    const other = words.otherDigest(linked, model.digest.slice(0, LINKED_DIGEST_LENGTH));
    return areLeftOut ? `${other} ${words.notesLeftOut}` : other;
  });
}

/** Puts the link's notes in place of those that its runs have; a note past the end of its run stands nowhere. */
function showNotes({ shelf, store }: PageController, link: DeepLink): void {
  const put = (run: ShownRun | undefined, linked: EventNotes | undefined): void => {
    if (run === undefined || linked === undefined) return;
    const { digest, count } = run.model;
    const own = new Map([...linked].filter(([event]) => event < count));
    store.change({ notes: withNotes(store.state.notes, digest, own) });
  };
  put(shelf.current, link.notes);
  put(shelf.beside, link.notesBeside);
}

function lookOf(state: PageState): LinkedLook {
  const { mode, theme, stepSize, timeAxis, cut, isConeShown } = state;
  return { mode, theme, stepSize, timeAxis, cut, isConeShown };
}

/** The case a link is about: the one it carries, else this page's with the link's seed; undefined if neither. */
async function caseOfLink(page: PageController, link: DeepLink): Promise<Case | undefined> {
  if (link.caseText !== undefined) {
    const request = await caseOfText(link.caseText);
    if (request === undefined) page.say((words) => words.brokenCase);
    return request;
  }
  const own = page.data.run?.trace.header.case;
  if (link.seed === undefined || link.lesson !== undefined) return undefined;
  return own === undefined ? undefined : { ...own, seed: link.seed };
}

function originalOf(request: Case | undefined, { branch }: DeepLink): Case | undefined {
  if (request === undefined || branch === undefined) return request;
  return originalCase(request, branch.faultCount) ?? request;
}

/** The run of a case; the page's own where none is asked for or it cannot be run. */
async function runOfLink(
  page: PageController,
  request: Case | undefined,
): Promise<LabRun | undefined> {
  const own = page.data.run;
  if (request === undefined) return own ?? (await firstRun(page));
  if (own !== undefined && isSameCase(request, own.trace.header.case)) return own;
  if (page.data.engine === undefined) {
    page.say((words) => words.caseNeedsEngine);
    return own ?? (await firstRun(page));
  }
  return (await page.run(request)) ?? own;
}

/** What a page without a run of its own begins with. */
async function firstRun(page: PageController): Promise<LabRun | undefined> {
  const [scenario] = (await page.data.engine?.scenarios()) ?? [];
  if (scenario !== undefined) return await page.run({ scenario: scenario.name });
  page.say((words) => words.nothingToShow);
  return undefined;
}

async function showBranch(page: PageController, request: Case): Promise<void> {
  const original = page.shelf.current;
  const branch = original === undefined ? undefined : await page.run(request);
  if (original !== undefined && branch !== undefined) page.shelf.branch(original, branch);
}

/** In a lesson, the stop is then the last one before that moment. */
function goTo(page: PageController, moment: Moment): void {
  if (moment.kind === "stop") {
    page.goToStop(moment.number - 1);
    return;
  }
  const index =
    moment.kind === "event" ? moment.index : page.model?.indexAt(moment.seconds * 1_000_000);
  if (index === undefined) return;
  const stop = page.session?.stopEvents.findLastIndex((event) => event <= index);
  if (stop !== undefined && page.shelf.active === "left") page.goToStop(stop);
  page.moveTo(index);
}
