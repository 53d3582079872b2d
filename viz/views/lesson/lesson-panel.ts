// View E: the lesson's stop in words, its question, and what became of the prediction. It is made anew when the stop
// or the prediction's state changes, and left alone while the cursor moves.

import "./lesson-panel.css";

import type { Answer, Lesson, Question } from "../../../sim/teaching/lesson.ts";
import type { MeasuredValue } from "../../../sim/teaching/measures.ts";
import { MISCONCEPTIONS } from "../../../sim/teaching/misconceptions.ts";
import type { Language } from "../../../sim/trace/sentences/sentence.ts";
import { element } from "../../page/element.ts";
import { icon } from "../../page/icons.ts";
import type { LessonSession } from "../../page/lesson-session.ts";
import { LESSON_WORDS, type LessonWords } from "../../words/lesson-words.ts";
import type { Frame, View } from "../view.ts";
import { underText } from "./under-text.ts";

/** What the panel asks of the page. */
export interface LessonHost {
  readonly lessons: readonly Lesson[];
  /** The lesson under way. */
  readonly session: LessonSession | undefined;
  start(lesson: Lesson): void;
  leave(): void;
  /** Goes to the next stop or the one before. */
  step(by: 1 | -1): void;
  /** Plays until the next stop. */
  watch(): void;
}

/** The lesson panel. */
export function lessonPanelView(host: LessonHost): View {
  const panel = element("div", { class: "lesson", "aria-live": "polite" });
  let shown = "";
  return {
    element: panel,
    show(frame: Frame): void {
      const { language } = frame.state;
      const key = `${language} ${contentKey(host.session)}`;
      if (key !== shown) {
        shown = key;
        const hadFocus = panel.contains(document.activeElement);
        panel.replaceChildren(...content(host, language));
        if (hadFocus) panel.querySelector<HTMLElement>("[data-first]")?.focus();
      }
      markChoice(panel, host.session);
    },
  };
}

/** What the panel's content depends on; a choice, and what is being written, change it in place. */
function contentKey(session: LessonSession | undefined): string {
  if (session === undefined) return "none";
  const kind = session.prediction?.kind ?? "open";
  return `${session.lesson.id} ${session.stopNumber} ${kind} ${session.questions.revealed}`;
}

function markChoice(panel: HTMLElement, session: LessonSession | undefined): void {
  if (session === undefined || !session.isAsking) return;
  const choice = session.prediction?.choice;
  for (const radio of panel.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
    radio.checked = Number(radio.value) === choice;
  }
  const lock = panel.querySelector<HTMLButtonElement>("button.lock");
  if (lock !== null) lock.disabled = choice === undefined;
}

function content(host: LessonHost, language: Language): readonly HTMLElement[] {
  const words = LESSON_WORDS[language];
  const { session } = host;
  if (session === undefined) return [lessonMenu(host, language)];
  const { question } = session.stop;
  return [
    stopHead(host, session, language),
    stopText(session, language),
    ...(question === undefined ? [] : [questionPart(host, session, question, language)]),
    ...(session.isLastStop ? [exercise(session.lesson, language, words)] : []),
  ];
}

function lessonMenu(host: LessonHost, language: Language): HTMLElement {
  const words = LESSON_WORDS[language];
  if (host.lessons.length === 0) return element("p", { class: "lesson-lead" }, words.noLessons);
  const items = host.lessons.map((lesson, index) => {
    const button = element(
      "button",
      { type: "button", class: "lesson-card", "data-first": index === 0 },
      element("span", { class: "lesson-id" }, lesson.id),
      element("strong", {}, lesson.title[language]),
      element("span", { class: "lesson-goal" }, lesson.goal[language]),
    );
    button.addEventListener("click", () => host.start(lesson));
    return element("li", {}, button);
  });
  return element(
    "div",
    { class: "lesson-menu" },
    element("p", { class: "lesson-lead" }, words.chooseLead),
    element("ul", {}, ...items),
  );
}

/** Where in the lesson this is, and the ways out of it. */
function stopHead(host: LessonHost, session: LessonSession, language: Language): HTMLElement {
  const words = LESSON_WORDS[language];
  const { stop, stopNumber, stopEvents, questions } = session;
  const progress = words.stopOf(stopNumber + 1, stopEvents.length);
  const asked =
    questions.all === 0 ? "" : ` · ${words.questionsOf(questions.revealed, questions.all)}`;
  const back = button("quiet", `‹ ${words.lessons}`, () => host.leave());
  const previous = button("", words.previous, () => host.step(-1));
  const next = button(stop.question === undefined ? "primary" : "", words.next, () => host.step(1));
  previous.disabled = stopNumber === 0;
  next.disabled = session.isLastStop;
  if (stop.question === undefined) next.setAttribute("data-first", "");
  return element(
    "div",
    { class: "lesson-head" },
    element(
      "p",
      { class: "lesson-where" },
      back,
      progressDots(session),
      element("span", {}, `${progress}${asked}`),
    ),
    element("div", { class: "lesson-buttons" }, previous, next),
  );
}

function stopText({ stop }: LessonSession, language: Language): HTMLElement {
  return element(
    "div",
    { class: "lesson-stop" },
    element("h3", {}, stop.title[language]),
    element("p", { class: "lesson-say" }, stop.say[language]),
  );
}

/** One dot a stop: round without a question, square with one; filled up to the present. */
function progressDots({ lesson, stopNumber }: LessonSession): HTMLElement {
  const dots = lesson.stops.map(({ question }, index) => {
    const form = question === undefined ? "" : " asks";
    const time = index < stopNumber ? " past" : index === stopNumber ? " here" : "";
    return element("span", { class: `dot${form}${time}` });
  });
  return element("span", { class: "lesson-dots", "aria-hidden": "true" }, ...dots);
}

function questionPart(
  host: LessonHost,
  session: LessonSession,
  question: Question,
  language: Language,
): HTMLElement {
  const { prediction } = session;
  const parts = { host, session, question, language, words: LESSON_WORDS[language] };
  if (prediction === undefined || prediction.kind === "open") return asking(parts);
  if (prediction.kind === "locked") return lockedIn(parts, prediction.choice);
  return revealedPart(parts, prediction);
}

interface Parts {
  readonly host: LessonHost;
  readonly session: LessonSession;
  readonly question: Question;
  readonly language: Language;
  readonly words: LessonWords;
}

function asking({ session, question, language, words }: Parts): HTMLElement {
  const answers = question.answers.map(({ text }, index) => {
    const radio = element("input", {
      type: "radio",
      name: "prediction",
      value: index,
      "data-first": index === 0,
    });
    radio.addEventListener("change", () => session.choose(index));
    const number = element("kbd", { "aria-hidden": "true" }, String(index + 1));
    return element(
      "label",
      { class: "answer" },
      radio,
      number,
      element("span", {}, text[language]),
    );
  });
  const lock = button("primary lock", words.lock, () => session.lock());
  return element(
    "div",
    { class: "question", role: "radiogroup", "aria-labelledby": "lesson-ask" },
    element("p", { class: "ask", id: "lesson-ask" }, question.ask[language]),
    element("div", { class: "answers" }, ...answers),
    element(
      "div",
      { class: "lesson-buttons" },
      lock,
      element("span", { class: "hint" }, words.lockHint),
    ),
  );
}

function lockedIn(
  { host, session, question, language, words }: Parts,
  choice: number,
): HTMLElement {
  const watch = button("", words.watch, () => host.watch());
  watch.disabled = session.isLastStop;
  const reveal = button("primary", words.reveal, () => session.reveal());
  reveal.setAttribute("data-first", "");
  return element(
    "div",
    { class: "question" },
    element("p", { class: "ask" }, question.ask[language]),
    element(
      "p",
      { class: "locked" },
      words.lockedLead(question.answers[choice]?.text[language] ?? ""),
    ),
    element("div", { class: "lesson-buttons" }, watch, reveal),
  );
}

function revealedPart(
  { session, question, language, words }: Parts,
  { choice, seen }: { readonly choice: number; readonly seen: string },
): HTMLElement {
  const truth = session.truth(question);
  const chosen = question.answers[choice];
  const isRight = chosen !== undefined && chosen.kind !== "evasive" && chosen.value === truth;
  return element(
    "div",
    { class: "question is-revealed", tabindex: -1, "data-first": true },
    element(
      "div",
      {},
      element("p", { class: "ask" }, question.ask[language]),
      outcome(
        { name: words.yourAnswer, text: chosen?.text[language] ?? "", isRight },
        { name: words.happened, text: answerText(question, truth, language) },
      ),
      element("p", { class: "verdict" }, isRight ? words.right : words.wrong),
      ...(isRight || chosen === undefined ? [] : belief(chosen, language)),
    ),
    element(
      "div",
      {},
      element("h4", {}, words.explanation),
      element("p", {}, question.explanation[language]),
      ...followUp({ session, question, language, words }, seen),
    ),
  );
}

/** What was predicted beside what happened. */
function outcome(
  predicted: { readonly name: string; readonly text: string; readonly isRight: boolean },
  happened: { readonly name: string; readonly text: string },
): HTMLElement {
  const mark = predicted.isRight ? icon("right") : icon("wrong");
  return element(
    "dl",
    { class: `outcome ${predicted.isRight ? "is-right" : "is-wrong"}` },
    element("dt", {}, predicted.name),
    element("dd", { class: "ghost" }, mark, element("span", {}, predicted.text)),
    element("dt", {}, happened.name),
    element("dd", { class: "truth" }, icon("right"), element("span", {}, happened.text)),
  );
}

/** What did you see? Asked while the picture still stands. */
function followUp(
  { session, question, language, words }: Omit<Parts, "host">,
  seen: string,
): readonly HTMLElement[] {
  const note = element("textarea", { rows: 2, id: "lesson-seen" });
  note.value = seen;
  note.addEventListener("input", () => session.note(note.value));
  note.addEventListener("keydown", ({ key }) => {
    // Back to the keys of the page, as from its search field.
    if (key === "Escape") note.blur();
  });
  const label = element(
    "label",
    { class: "seen", for: "lesson-seen" },
    element("strong", {}, words.seen),
    element("span", {}, question.seen[language]),
    element("span", { class: "hint" }, words.seenHint),
  );
  return [label, note];
}

/** The text of the answer that says `truth`; the bare value if none does. */
function answerText(question: Question, truth: MeasuredValue, language: Language): string {
  const found = question.answers.find(
    (answer) => answer.kind !== "evasive" && answer.value === truth,
  );
  return found?.text[language] ?? String(truth);
}

/** What a wrong answer stands for, and which change would make it true. */
function belief(answer: Answer, language: Language): readonly HTMLElement[] {
  const words = LESSON_WORDS[language];
  if (answer.kind === "right") return [];
  const { misconception } = answer;
  const change =
    answer.kind === "evasive" ? words.noRun : `${words.realRun} ${underText(answer.under, words)}`;
  return [
    element(
      "p",
      { class: "belief" },
      `${words.belief} `,
      element("b", {}, misconception),
      `: ${MISCONCEPTIONS[misconception][language]}`,
    ),
    element("p", { class: "hint" }, change),
  ];
}

function exercise(lesson: Lesson, language: Language, words: LessonWords): HTMLElement {
  return element(
    "div",
    { class: "exercise" },
    element("h4", {}, words.goal),
    element("p", {}, lesson.goal[language]),
    element("h4", {}, words.exercise),
    element("p", {}, lesson.exercise[language]),
  );
}

function button(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", class: className }, text);
  made.addEventListener("click", onClick);
  return made;
}
