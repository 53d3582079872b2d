// View D: every event of the run as a sentence, in a listbox that draws only the rows on the screen. The row at the
// cursor is kept in view; a filter narrows the list, and the page's search is marked and counted in it.

import "./event-list.css";

import { element } from "../../page/element.ts";
import { icon } from "../../page/icons.ts";
import { EVENT_LIST_WORDS, type EventListWords } from "../../words/event-list-words.ts";
import type { Actions, Frame, View } from "../view.ts";
import { type EventFilter, filterTest, parseFilter, searchTest } from "./event-filter.ts";
import { rowId, showRows } from "./event-rows.ts";
import { EventScan } from "./event-scan.ts";
import { ROW_HEIGHT, rowsIn, scrolledTo, type Viewport } from "./event-window.ts";

/** The event list of the run that frames are of. */
export function eventListView(actions: Actions): View {
  return new EventListView(actions);
}

/** How long events are looked through before the page gets its turn, in milliseconds. */
const SLICE = 6;

class EventListView implements View {
  readonly element: HTMLElement;
  readonly #actions: Actions;
  readonly #position = element("span", { class: "event-position" });
  readonly #filter = element("input", { type: "search", spellcheck: "false", autocomplete: "off" });
  readonly #problem = element("p", { class: "event-problem", role: "status" });
  readonly #hits = element("span", { class: "event-hits" });
  readonly #previousHit = element("button", { type: "button" }, icon("previous"));
  readonly #nextHit = element("button", { type: "button" }, icon("next"));
  readonly #hitBar = element("span", { class: "event-hit-bar" });
  readonly #list = element("div", { class: "event-rows", role: "presentation" });
  readonly #scroller = element("div", { class: "event-scroller", role: "listbox", tabindex: 0 });
  #frame: Frame | undefined;
  /** What is listed; undefined while all events are. */
  #listed: EventScan | undefined;
  /** What the search finds; undefined without one. */
  #found: EventScan | undefined;
  #isScanning = false;
  /**
   * How much of the list is seen, and where it is scrolled to, in pixels. To ask the element for them in the middle of a
   * frame would have the whole page laid out, and again at the frame's end.
   */
  #viewport: Viewport = { top: 0, height: 0 };
  #isScrollDue = false;

  constructor(actions: Actions) {
    this.#actions = actions;
    this.#hitBar.append(this.#hits, this.#previousHit, this.#nextHit);
    this.#scroller.append(this.#list);
    const bar = element(
      "div",
      { class: "event-bar" },
      this.#position,
      this.#hitBar,
      this.#filter,
      this.#problem,
    );
    this.element = element("div", { class: "event-list" }, bar, this.#scroller);
    this.#listen();
  }

  show(frame: Frame): void {
    const before = this.#frame;
    this.#frame = frame;
    const { state, model } = frame;
    const isNewRun = before?.model !== model || before.state.language !== state.language;
    const isNewText = isNewRun || before.state.notes !== state.notes;
    if (isNewText || before.state.filter !== state.filter) this.#startFilter(frame);
    if (isNewText || before.state.search !== state.search) this.#startSearch(frame);
    if (before?.state.language !== state.language) this.#showWords(wordsOf(frame));
    if (document.activeElement !== this.#filter) this.#filter.value = state.filter;
    this.#scan();
    this.#draw(
      isNewRun || before.state.cursor !== state.cursor || before.state.filter !== state.filter,
    );
  }

  #listen(): void {
    const actions = this.#actions;
    this.#filter.addEventListener("input", () => actions.change({ filter: this.#filter.value }));
    this.#scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    new ResizeObserver(() => {
      this.#viewport = { ...this.#viewport, height: this.#scroller.clientHeight };
      this.#draw(true);
    }).observe(this.#scroller);
    this.#list.addEventListener("click", ({ target }) => {
      const index = eventOf(target);
      if (index !== undefined) actions.moveTo(index);
    });
    this.#list.addEventListener("pointerover", ({ target }) => {
      const index = eventOf(target);
      actions.hover(index === undefined ? undefined : { kind: "event", index });
    });
    this.#list.addEventListener("pointerleave", () => actions.hover(undefined));
    this.#scroller.addEventListener("keydown", (pressed) => this.#press(pressed));
    this.#previousHit.addEventListener("click", () => this.#goToHit(-1));
    this.#nextHit.addEventListener("click", () => this.#goToHit(1));
  }

  /** Up and down go from row to row, Enter selects; all other keys are the page's. */
  #press(pressed: KeyboardEvent): void {
    if (pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.shiftKey) return;
    const cursor = this.#frame?.state.cursor ?? -1;
    switch (pressed.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const by = pressed.key === "ArrowDown" ? 1 : -1;
        const index = this.#neighbour(cursor, by);
        if (index !== undefined) this.#actions.moveTo(index);
        break;
      }
      case "Enter":
        if (cursor < 0) return;
        this.#actions.select({ kind: "event", index: cursor });
        break;
      default:
        return;
    }
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  /** The next or previous event that is listed. */
  #neighbour(index: number, by: 1 | -1): number | undefined {
    const position = this.#positionOf(index);
    const isListed = this.#eventAt(position) === index;
    return this.#eventAt(by === 1 ? position + 1 : isListed ? position - 1 : position);
  }

  #goToHit(by: 1 | -1): void {
    const cursor = this.#frame?.state.cursor ?? -1;
    const found = this.#found?.found ?? [];
    const position = this.#found?.positionOf(cursor) ?? -1;
    const next = by === 1 ? position + 1 : found[position] === cursor ? position - 1 : position;
    const index = found[next];
    if (index !== undefined) this.#actions.moveTo(index);
  }

  #startFilter({ state, model }: Frame): void {
    const filter = parseFilter(state.filter);
    this.#showProblem(filter);
    if (filter.kind === "filter" && filter.terms.length > 0) {
      const test = filterTest(filter.terms, model, state);
      this.#listed = new EventScan(model.count, test);
    } else this.#listed = undefined;
  }

  #startSearch({ state, model }: Frame): void {
    this.#found =
      state.search.trim() === ""
        ? undefined
        : new EventScan(model.count, searchTest(state.search, model, state));
  }

  /** Looks through events for a moment, and again later, until all were looked through. */
  #scan(): void {
    const scans = [this.#listed, this.#found].filter((scan) => scan?.isComplete === false);
    const end = performance.now() + SLICE;
    for (const scan of scans) scan?.advance(() => performance.now() < end);
    if (this.#isScanning || scans.every((scan) => scan?.isComplete === true)) return;
    this.#isScanning = true;
    setTimeout(() => {
      this.#isScanning = false;
      const wasListing = this.#listed?.isComplete === false;
      this.#scan();
      this.#draw(wasListing && this.#listed?.isComplete === true);
    });
  }

  #showWords(words: EventListWords): void {
    this.#scroller.setAttribute("aria-label", words.events);
    this.#filter.placeholder = words.filterExample;
    this.#filter.setAttribute("aria-label", words.filter);
    for (const [button, text] of [
      [this.#previousHit, words.previousHit],
      [this.#nextHit, words.nextHit],
    ] as const) {
      button.title = text;
      button.setAttribute("aria-label", text);
    }
  }

  #showProblem(filter: EventFilter): void {
    if (this.#frame === undefined) return;
    this.#problem.textContent = problemText(filter, wordsOf(this.#frame));
    this.#filter.setAttribute("aria-invalid", String(filter.kind !== "filter"));
  }

  #onScroll(): void {
    const top = this.#scroller.scrollTop;
    if (this.#isScrollDue || top === this.#viewport.top) return;
    this.#viewport = { ...this.#viewport, top };
    this.#draw(false);
  }

  #draw(keepsCursorInView: boolean): void {
    const frame = this.#frame;
    const { height } = this.#viewport;
    if (frame === undefined || height === 0) return;
    const { cursor } = frame.state;
    const count = this.#listed?.found.length ?? frame.model.count;
    this.#list.style.height = `${count * ROW_HEIGHT}px`;
    const row = this.#positionOf(cursor);
    const isKept = keepsCursorInView && row >= 0;
    const wanted = isKept ? scrolledTo(row, this.#viewport) : this.#viewport.top;
    this.#scrollTo(Math.min(wanted, Math.max(0, count * ROW_HEIGHT - height)));
    const { first, end } = rowsIn(this.#viewport, count);
    const rows = Array.from({ length: end - first }, (_, offset) => {
      const position = first + offset;
      return { index: this.#eventAt(position) ?? -1, position };
    });
    showRows(this.#list, rows, { frame, count, isHit: (index) => this.#isHit(index) });
    const isDrawn = rows.some(({ index }) => index === cursor);
    if (isDrawn) this.#scroller.setAttribute("aria-activedescendant", rowId(cursor));
    else this.#scroller.removeAttribute("aria-activedescendant");
    this.#showCounts(frame);
  }

  /** Once all views are drawn: scrolling needs the layout, which then is the frame's last. */
  #scrollTo(top: number): void {
    if (top === this.#viewport.top) return;
    this.#viewport = { ...this.#viewport, top };
    if (this.#isScrollDue) return;
    this.#isScrollDue = true;
    queueMicrotask(() => {
      this.#isScrollDue = false;
      this.#scroller.scrollTop = this.#viewport.top;
    });
  }

  #showCounts(frame: Frame): void {
    const { cursor, language } = frame.state;
    const words = wordsOf(frame);
    const format = new Intl.NumberFormat(language);
    const text = (value: number): string => format.format(value);
    const count = text(frame.model.count);
    const where = cursor < 0 ? words.beforeFirst(count) : words.position(text(cursor), count);
    this.#position.textContent = [where, ...listedTexts(this.#listed, words, text)].join(" · ");
    this.#hitBar.hidden = this.#found === undefined;
    if (this.#found !== undefined)
      this.#hits.textContent = hitText(this.#found, cursor, words, text);
  }

  #isHit(index: number): boolean {
    const found = this.#found;
    return found !== undefined && found.found[found.positionOf(index)] === index;
  }

  /** The position of the last listed event at or before `index`; -1 for none. */
  #positionOf(index: number): number {
    return this.#listed?.positionOf(index) ?? index;
  }

  #eventAt(position: number): number | undefined {
    if (this.#listed !== undefined) return this.#listed.found[position];
    return position >= 0 && position < (this.#frame?.model.count ?? 0) ? position : undefined;
  }
}

function wordsOf({ state }: Frame): EventListWords {
  return EVENT_LIST_WORDS[state.language];
}

function eventOf(target: EventTarget | null): number | undefined {
  if (!(target instanceof Element)) return undefined;
  const index = target.closest<HTMLElement>(".event-row")?.dataset["event"];
  return index === undefined ? undefined : Number(index);
}

function problemText(filter: EventFilter, words: EventListWords): string {
  switch (filter.kind) {
    case "filter":
      return "";
    case "unknown-field":
      return words.unknownField(filter.field, filter.known.join(", "));
    case "wrong-number":
      return words.wrongNumber(filter.field, filter.found);
  }
}

function listedTexts(
  listed: EventScan | undefined,
  words: EventListWords,
  text: (value: number) => string,
): readonly string[] {
  if (listed === undefined) return [];
  const count = text(listed.found.length);
  if (!listed.isComplete) return [words.matchingSoFar(count)];
  return [listed.found.length === 0 ? words.noMatch : words.matching(count)];
}

function hitText(
  found: EventScan,
  cursor: number,
  words: EventListWords,
  text: (value: number) => string,
): string {
  const count = text(found.found.length);
  if (!found.isComplete) return words.hitsSoFar(count);
  const position = found.positionOf(cursor);
  return found.found[position] === cursor && cursor >= 0
    ? words.hits(text(position + 1), count)
    : words.hitCount(count);
}
