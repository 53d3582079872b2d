// View B: who did what when, and what went from one to the other.

import "./space-time.css";

import { must } from "../../../sim/kernel/invariant.ts";
import { legibleSize } from "../../drawing/legible-size.ts";
import { PALETTES } from "../../drawing/palette.ts";
import { entityAt } from "../../drawing/pointed-entity.ts";
import { SceneView } from "../../drawing/scene-view.ts";
import type { RunModel } from "../../model/run-model.ts";
import { element } from "../../page/element.ts";
import { FrameLoop } from "../../page/frame-loop.ts";
import { type MovedEnds, ownCut } from "../../page/page-state.ts";
import { SPACE_TIME_WORDS } from "../../words/space-time-words.ts";
import type { TimeAxis } from "../time-axis.ts";
import type { Actions, Frame, View } from "../view.ts";
import { AxisLayer } from "./space-time-axis.ts";
import { SpaceTimeBar, ZOOM_STEP } from "./space-time-bar.ts";
import { type ShownCut, verdictText } from "./space-time-cut.ts";
import { CutHandles } from "./space-time-cut-handles.ts";
import { SpaceTimeDrawer } from "./space-time-drawer.ts";
import { leastHeight, plotEdges, type TypeSizes, typeSizes } from "./space-time-layout.ts";
import type { SpaceTimeMoment } from "./space-time-moment.ts";
import { cutHandles, eventNear, thingAt } from "./space-time-pointing.ts";
import { outcomeAt } from "./space-time-signs.ts";
import { AxisZoom, firstView } from "./space-time-zoom.ts";

/** The space-time diagram of the run that frames are of. */
export function spaceTimeView(
  actions: Pick<Actions, "moveTo" | "select" | "hover" | "change">,
): View {
  return new SpaceTimeView(actions);
}

/**
 * How much larger everything is for a projector, as far as the lanes of the job can still be seen. Text is as large as
 * it must be all the same.
 */
const PRESENT_ZOOMS = [1.7, 1.5, 1.35, 1.2, 1.1, 1];

/** What a picture needs across for its lanes to be followed, in its own pixels. */
const WIDTH_MIN = 480;

/** How large a picture is shown, and its text within it. */
interface Enlargement {
  readonly zoom: number;
  readonly type: TypeSizes;
}

class SpaceTimeView implements View {
  readonly element: HTMLElement;
  readonly #actions: Pick<Actions, "moveTo" | "select" | "hover" | "change">;
  readonly #scene = new SceneView("space-time", () => this.#loop.request());
  readonly #axis = new AxisLayer();
  readonly #bar: SpaceTimeBar;
  readonly #handles: CutHandles;
  readonly #zoom: AxisZoom;
  readonly #loop = new FrameLoop(() => this.#draw());
  #frame: Frame | undefined;
  #drawer: SpaceTimeDrawer | undefined;
  #moment: SpaceTimeMoment | undefined;
  #hovered: string | undefined;
  /** The axis that the zoom is of; undefined before anything was shown. */
  #shownAxis: TimeAxis | undefined;
  #hasCursorMoved = false;

  constructor(actions: Pick<Actions, "moveTo" | "select" | "hover" | "change">) {
    this.#actions = actions;
    this.#bar = new SpaceTimeBar({
      zoom: (factor) => this.#scale(factor),
      showWhole: () => this.#showWhole(),
      chooseCut: (cut) => this.#actions.change(ownCut(cut)),
      resetCut: () => this.#move(new Map()),
    });
    this.#handles = new CutHandles({
      drag: (lane, x) => {
        if (this.#moment !== undefined) this.#placeEnd(lane, eventNear(lane, x, this.#moment));
      },
      step: (lane, by) => {
        const event = this.#moment && steppedEnd(lane, by, this.#moment);
        // Out of sight the handle would be gone, and the focus with it.
        if (event !== undefined) this.#zoom.follow(this.#shownAxis?.at[event] ?? 0);
        this.#placeEnd(lane, event);
      },
      focus: (lane) => this.#bringInSight(lane),
    });
    const plot = element("div", { class: "plot" }, this.#scene.element, this.#handles.element);
    this.#scene.element.prepend(this.#axis.element);
    // A picture has no parts that can have the focus; a group has.
    this.#scene.element.setAttribute("role", "group");
    this.#zoom = new AxisZoom(this.#scene.element, () => this.#loop.request());
    this.element = element("div", { class: "space-time" }, this.#bar.element, plot);
    this.#listen();
  }

  show(frame: Frame): void {
    const before = this.#frame;
    if (before !== undefined && isAlike(frame, before)) return;
    this.#frame = frame;
    const { model, state } = frame;
    if (this.#drawer?.model !== model) {
      this.#drawer = new SpaceTimeDrawer(model);
      const least = leastHeight(model.lanes, typeSizes());
      this.element.style.setProperty("--least-height", `${Math.ceil(least)}px`);
    }
    this.#hasCursorMoved ||= state.cursor !== before?.state.cursor;
    this.#draw();
  }

  #draw(): void {
    const frame = this.#frame;
    const drawer = this.#drawer;
    const { width, height } = this.#scene.size;
    if (frame === undefined || drawer === undefined || width === 0 || height === 0) return;
    const { model, state } = frame;
    const { zoom, type } = this.#enlargement;
    const size = { width: width / zoom, height: height / zoom };
    this.#aim(drawer, frame);
    const moment = drawer.moment({ state, size, view: this.#zoom.view, type });
    this.#moment = moment;
    const palette = PALETTES[state.theme];
    this.#axis.show(moment, palette, zoom);
    this.#scene.show(drawer.sceneOf(moment), {
      palette,
      label: labelOf(frame),
      zoom,
    });
    const { words, cut } = moment;
    this.#handles.show(
      cutHandles(moment, (index) => model.sentence(index, state.language)),
      zoom,
    );
    this.#bar.show({
      words,
      checkpoints: model.checkpoints,
      nameOf: (span) => `${span.id} ${words[outcomeAt(span, moment.lastDrawn)]}`,
      cut: state.cut,
      isMoved: cut?.isMoved === true,
      verdict: cut === undefined ? undefined : verdictOf(cut, model, moment),
    });
  }

  /** Has the right part of the axis in sight. */
  #aim(drawer: SpaceTimeDrawer, { model, state }: Frame): void {
    const { axis } = drawer.index(state.timeAxis);
    const { zoom, type } = this.#enlargement;
    const { left, right } = plotEdges(model.lanes, this.#scene.size.width / zoom, type);
    const most = Math.max(1, model.count / EVENTS_MIN);
    this.#zoom.fit(axis.length, { left: left * zoom, right: right * zoom }, most);
    const place = axis.at[state.cursor] ?? 0;
    if (axis !== this.#shownAxis) {
      this.#zoom.show(firstView(axis, { place }));
    } else if (this.#hasCursorMoved) this.#zoom.follow(place);
    this.#shownAxis = axis;
    this.#hasCursorMoved = false;
  }

  get #enlargement(): Enlargement {
    if (this.#frame?.state.mode !== "present") return { zoom: 1, type: typeSizes() };
    const { width, height } = this.#scene.size;
    const { lanes } = this.#frame.model;
    const choices = PRESENT_ZOOMS.map((zoom) => {
      return { zoom, type: typeSizes(legibleSize(innerHeight) / zoom) };
    });
    const fitting = choices.find(({ zoom, type }) => {
      return leastHeight(lanes, type) * zoom <= height && WIDTH_MIN * zoom <= width;
    });
    return fitting ?? must(choices.at(-1), "smallest zoom");
  }

  #listen(): void {
    const scene = this.#scene.element;
    scene.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) this.#point(event);
    });
    scene.addEventListener("pointerleave", () => {
      this.#hovered = undefined;
      this.#actions.hover(undefined);
    });
    scene.addEventListener("click", (event) => this.#click(event));
    scene.addEventListener("scroll", () => this.#handles.scroll(scene.scrollTop));
    this.element.addEventListener("keydown", (event) => {
      const factor = ZOOM_KEYS.get(event.key);
      if (factor === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#scale(factor);
    });
  }

  #point(event: PointerEvent): void {
    const found = this.#thingUnder(event)?.entity;
    const key = JSON.stringify(found);
    if (key === this.#hovered) return;
    this.#hovered = key;
    this.#actions.hover(found);
  }

  #click(event: MouseEvent): void {
    const thing = this.#thingUnder(event);
    if (thing?.event !== undefined) this.#actions.moveTo(thing.event);
    else this.#actions.select(thing?.entity);
  }

  #thingUnder(event: MouseEvent): ReturnType<typeof thingAt> {
    const moment = this.#moment;
    if (moment === undefined) return undefined;
    const entity = entityAt(event);
    if (entity !== undefined) return { entity, event: undefined };
    const { left, top } = this.#scene.element.getBoundingClientRect();
    const { zoom } = this.#enlargement;
    const { scrollTop } = this.#scene.element;
    return thingAt((event.clientX - left) / zoom, (event.clientY - top + scrollTop) / zoom, moment);
  }

  #scale(factor: number): void {
    const { index, cursor } = this.#moment ?? {};
    this.#zoom.scale(factor, index?.axis.at[cursor ?? -1] ?? -1);
  }

  #showWhole(): void {
    const length = this.#moment?.index.axis.length ?? 1;
    this.#zoom.show({ from: 0, to: length });
    this.#loop.request();
  }

  #bringInSight(lane: number): void {
    const scene = this.#scene.element;
    const row = this.#moment?.layout.rows[lane];
    if (row === undefined) return;
    const { zoom } = this.#enlargement;
    const y = row.y * zoom;
    const half = row.height * zoom;
    if (y - half < scene.scrollTop) scene.scrollTop = y - half;
    else if (y + half > scene.scrollTop + scene.clientHeight) {
      scene.scrollTop = y + half - scene.clientHeight;
    }
  }

  /** Puts a lane's end of the cut at an event. */
  #placeEnd(lane: number, event: number | undefined): void {
    const { model, state } = this.#frame ?? {};
    const name = model?.lanes[lane]?.name;
    if (event === undefined || name === undefined) return;
    this.#move(new Map([...(state?.movedEnds ?? []), [name, event]]));
  }

  /** At once: the next key or pointer may come before the page's next frame, and goes on from here. */
  #move(movedEnds: MovedEnds): void {
    if (this.#frame === undefined) return;
    this.#frame = { ...this.#frame, state: { ...this.#frame.state, movedEnds } };
    this.#draw();
    this.#actions.change({ movedEnds });
  }
}

/** How many events the closest view shows; about, as they are not evenly spread. */
const EVENTS_MIN = 12;

const ZOOM_KEYS: ReadonlyMap<string, number> = new Map([
  ["+", ZOOM_STEP],
  ["=", ZOOM_STEP],
  ["-", 1 / ZOOM_STEP],
]);

/** The event that a lane's end of the cut is at after a step. */
function steppedEnd(lane: number, by: number, moment: SpaceTimeMoment): number | undefined {
  const { cut, index, lastDrawn } = moment;
  const events = index.events[lane]?.filter((event) => event <= lastDrawn) ?? new Int32Array();
  if (cut === undefined || events.length === 0) return undefined;
  const now = cut.cut.get(lane) ?? cut.span.ended ?? -1;
  const position = events.findLastIndex((event) => event <= now);
  const next = Math.max(-1, Math.min(events.length - 1, position + by));
  return next === -1 ? -1 : events[next];
}

function verdictOf(
  cut: ShownCut,
  model: RunModel,
  { words }: SpaceTimeMoment,
): { readonly text: string; readonly isConsistent: boolean } {
  const text = verdictText(cut, model, words);
  return { text, isConsistent: cut.verdict.kind === "consistent" };
}

function isAlike(one: Frame, other: Frame): boolean {
  const [state, before] = [one.state, other.state];
  return (
    one.model === other.model &&
    state.cursor === before.cursor &&
    state.selection === before.selection &&
    state.hovered === before.hovered &&
    state.timeAxis === before.timeAxis &&
    state.cut === before.cut &&
    state.movedEnds === before.movedEnds &&
    state.isConeShown === before.isConeShown &&
    state.mode === before.mode &&
    state.theme === before.theme &&
    state.language === before.language
  );
}

function labelOf({ model, state }: Frame): string {
  const { cursor, language } = state;
  return cursor < 0 ? SPACE_TIME_WORDS[language].notStarted : model.sentence(cursor, language);
}
