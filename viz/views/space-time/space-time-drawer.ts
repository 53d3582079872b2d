// Draws one run as a space-time diagram at any moment of it: what is the same for all moments is made once.

import type { Mark, Scene } from "../../drawing/mark.ts";
import type { Size } from "../../drawing/scene-view.ts";
import type { Cut } from "../../model/cut.ts";
import { HappensBefore } from "../../model/happens-before.ts";
import type { RunModel } from "../../model/run-model.ts";
import type { Entity } from "../../page/entity.ts";
import type { PageState } from "../../page/page-state.ts";
import { SPACE_TIME_WORDS } from "../../words/space-time-words.ts";
import { timeAxis } from "../time-axis.ts";
import { shownCut } from "./space-time-cut.ts";
import { type SpaceTimeIndex, spaceTimeIndex } from "./space-time-index.ts";
import { type AxisView, spaceTimeLayout, type TypeSizes, typeSizes } from "./space-time-layout.ts";
import type { MarkedThings, SpaceTimeMoment } from "./space-time-moment.ts";
import { groundMarks, topMarks } from "./space-time-scene.ts";

/** What of the page's state the diagram shows. */
export type SpaceTimeState = Pick<
  PageState,
  | "cursor"
  | "cut"
  | "movedEnds"
  | "hovered"
  | "isConeShown"
  | "language"
  | "mode"
  | "selection"
  | "timeAxis"
>;

/** What is to be drawn of a run. */
export interface SpaceTimeWish {
  readonly state: SpaceTimeState;
  /** The scene is higher where not everything would fit. */
  readonly size: Size;
  /** What of the axis is seen; without, all of it. */
  readonly view?: AxisView;
  /** Sizes of text; the usual ones unless said. */
  readonly type?: TypeSizes;
}

/** Draws one run. */
export class SpaceTimeDrawer {
  readonly model: RunModel;
  readonly #indices = new Map<PageState["timeAxis"], SpaceTimeIndex>();
  #order: HappensBefore | undefined;
  #ground:
    | {
        readonly asked: string;
        readonly cone: Uint8Array | undefined;
        readonly marks: readonly Mark[];
      }
    | undefined;
  #cone: { readonly cursor: number; readonly cone: Uint8Array } | undefined;

  constructor(model: RunModel) {
    this.model = model;
  }

  /** The run along an axis. */
  index(kind: PageState["timeAxis"]): SpaceTimeIndex {
    const { model } = this;
    const index = this.#indices.get(kind) ?? spaceTimeIndex(model, timeAxis(model, kind));
    this.#indices.set(kind, index);
    return index;
  }

  /** What the picture that is wished for is made of. */
  moment(wish: SpaceTimeWish): SpaceTimeMoment {
    const { model } = this;
    const { state, size, view, type = typeSizes() } = wish;
    const { cursor, cut, isConeShown, language, mode } = state;
    const index = this.index(state.timeAxis);
    const lastDrawn = mode === "explore" ? model.count - 1 : cursor;
    const seen = view ?? { from: 0, to: index.axis.length };
    return {
      index,
      layout: spaceTimeLayout(model.lanes, { size, view: seen, type }),
      cursor,
      lastDrawn,
      cone: isConeShown && cursor >= 0 ? this.#coneOf(cursor) : undefined,
      cut: shownCut(model, cut, this.#moved(state), lastDrawn),
      marked: this.#marked(state),
      words: SPACE_TIME_WORDS[language],
    };
  }

  /** The drawing as wished. */
  scene(wish: SpaceTimeWish): Scene {
    return this.sceneOf(this.moment(wish));
  }

  /** A picture's drawing. What is painted is the same object as long as it is the same. */
  sceneOf(moment: SpaceTimeMoment): Scene {
    const { layout, index, lastDrawn, cone, marked } = moment;
    const { width, height, view, type } = layout;
    const things = [...marked.lanes, "", ...marked.checkpoints];
    const asked = [
      index.axis.kind,
      width,
      height,
      type.name,
      view.from,
      view.to,
      lastDrawn,
      ...things,
    ].join();
    if (this.#ground?.asked !== asked || this.#ground.cone !== cone) {
      this.#ground = { asked, cone, marks: groundMarks(moment) };
    }
    return { width, height, many: this.#ground.marks, few: topMarks(moment) };
  }

  /** The moved ends by lane; one that names no event of its lane moves nothing. */
  #moved({ movedEnds }: SpaceTimeState): Cut {
    const { lanes, laneOf } = this.model;
    const ends = [...movedEnds].map(([name, event]): readonly [number, number] => {
      return [lanes.findIndex((lane) => lane.name === name), event];
    });
    return new Map(
      ends.filter(([lane, event]) => lane !== -1 && (event === -1 || laneOf[event] === lane)),
    );
  }

  #coneOf(cursor: number): Uint8Array {
    if (this.#cone?.cursor === cursor) return this.#cone.cone;
    this.#order ??= new HappensBefore(this.model);
    const cone = this.#order.cone(cursor);
    this.#cone = { cursor, cone };
    return cone;
  }

  #marked({ selection, hovered }: SpaceTimeState): MarkedThings {
    const entities = [selection, hovered].filter((entity) => entity !== undefined);
    const lanes = entities.flatMap((entity) => {
      const lane = "name" in entity ? this.#laneOf(entity) : -1;
      return lane === -1 ? [] : [lane];
    });
    return {
      events: entities.flatMap((entity) => this.#eventsOf(entity)),
      lanes: new Set(lanes),
      checkpoints: new Set(
        entities.flatMap((entity) => (entity.kind === "checkpoint" ? [entity.id] : [])),
      ),
      channels: new Set(
        entities.flatMap((entity) => (entity.kind === "channel" ? [entity.name] : [])),
      ),
    };
  }

  #laneOf({ kind, name }: Entity & { readonly name: string }): number {
    const isOf = kind === "log" ? "outside" : kind;
    return this.model.lanes.findIndex((lane) => lane.kind === isOf && lane.name === name);
  }

  /** What is pointed out one by one. */
  #eventsOf(entity: Entity): readonly number[] {
    switch (entity.kind) {
      case "event":
        return entity.index < this.model.count ? [entity.index] : [];
      case "record":
        return [...this.model.eventsOf(entity)];
      default:
        return [];
    }
  }
}
