// View F: where in the run the cursor is, and a way to be anywhere else.

import "./scrubber.css";

import { timeText } from "../../../sim/trace/duration-text.ts";
import { legibleSize } from "../../drawing/legible-size.ts";
import { PALETTES } from "../../drawing/palette.ts";
import { entityAt } from "../../drawing/pointed-entity.ts";
import { SceneView } from "../../drawing/scene-view.ts";
import type { RunModel } from "../../model/run-model.ts";
import type { PageState } from "../../page/page-state.ts";
import { notesOf } from "../../page/run-notes.ts";
import { SCRUBBER_WORDS } from "../../words/scrubber-words.ts";
import { type TimeAxis, timeAxis } from "../time-axis.ts";
import type { Actions, Frame, View } from "../view.ts";
import {
  densityOf,
  eventAt,
  SCRUBBER_HEIGHT,
  type ScrubberMoment,
  scrubberScene,
  TEXT_SIZE,
} from "./scrubber-scene.ts";

/** The scrubber of the run that frames are of. */
export function scrubberView(actions: Pick<Actions, "moveTo" | "step">): View {
  return new ScrubberView(actions);
}

class ScrubberView implements View {
  readonly #actions: Pick<Actions, "moveTo" | "step">;
  readonly #scene = new SceneView("scrubber", () => this.#draw());
  readonly #lines = new Map<PageState["timeAxis"], RunLine>();
  #frame: Frame | undefined;
  #moment: ScrubberMoment | undefined;

  constructor(actions: Pick<Actions, "moveTo" | "step">) {
    this.#actions = actions;
    const { element } = this;
    element.setAttribute("role", "slider");
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.#scrub(event);
    });
    element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get element(): HTMLElement {
    return this.#scene.element;
  }

  show(frame: Frame): void {
    const before = this.#frame;
    this.#frame = frame;
    if (frame.model !== before?.model) this.#lines.clear();
    this.#draw();
  }

  #draw(): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    this.#speak(frame);
    const { model, state } = frame;
    const zoom = state.mode === "present" ? Math.max(1.1, legibleSize(innerHeight) / TEXT_SIZE) : 1;
    this.element.style.height = `${SCRUBBER_HEIGHT * zoom}px`;
    const width = this.#scene.size.width / zoom;
    if (width === 0) return;
    const { axis, density } = this.#lineOf(model, state.timeAxis, width);
    const words = SCRUBBER_WORDS[state.language];
    this.#moment = {
      model,
      axis,
      density,
      width,
      cursor: state.cursor,
      lastTold: state.mode === "explore" ? model.count - 1 : state.cursor,
      notes: notesOf(state.notes, model.digest),
      words,
      sentence: (index) => model.sentence(index, state.language),
    };
    const palette = PALETTES[state.theme];
    this.#scene.show(scrubberScene(this.#moment), { palette, label: words.label, zoom });
    // A picture that fits needs no focus, a slider does.
    this.element.tabIndex = 0;
  }

  #lineOf(model: RunModel, kind: PageState["timeAxis"], width: number): RunLine {
    const known = this.#lines.get(kind);
    if (known?.width === width) return known;
    // Logical time folds back: what nothing orders shares a column. A line cannot.
    const axis = timeAxis(model, kind === "logical" ? "order" : kind);
    const line = { axis, width, density: densityOf(axis, width) };
    this.#lines.set(kind, line);
    return line;
  }

  #speak({ model, state }: Frame): void {
    const { cursor, language } = state;
    const { element } = this;
    const words = SCRUBBER_WORDS[language];
    const number = (value: number): string => value.toLocaleString(language);
    const position = words.position(number(cursor + 1), number(model.count));
    const time = timeText(model.times[cursor] ?? 0);
    const text =
      cursor < 0
        ? words.beforeFirst
        : words.value(position, time, model.sentence(cursor, language));
    element.setAttribute("aria-valuemin", "0");
    element.setAttribute("aria-valuemax", String(model.count));
    element.setAttribute("aria-valuenow", String(cursor + 1));
    element.setAttribute("aria-valuetext", text);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const entity = entityAt(event);
    if (entity?.kind === "event") {
      this.#actions.moveTo(entity.index);
      return;
    }
    this.element.setPointerCapture(event.pointerId);
    this.#scrub(event);
  }

  #scrub({ clientX }: PointerEvent): void {
    const moment = this.#moment;
    if (moment === undefined) return;
    const { left, width } = this.element.getBoundingClientRect();
    this.#actions.moveTo(eventAt((clientX - left) * (moment.width / width), moment));
  }

  /** The page itself knows what left and right, Home and End mean. */
  #onKey(event: KeyboardEvent): void {
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : undefined;
    if (by === undefined || this.#frame === undefined) return;
    event.preventDefault();
    this.#actions.step(this.#frame.state.stepSize, by);
  }
}

/** A run on a line of some width. */
interface RunLine {
  readonly axis: TimeAxis;
  readonly width: number;
  readonly density: Uint32Array;
}
