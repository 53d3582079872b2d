// Draws the job of one run at any moment of it: what is the same for all moments is made once.

import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { Language } from "../../../sim/trace/sentences/sentence.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { Scene } from "../../drawing/mark.ts";
import type { Size } from "../../drawing/scene-view.ts";
import type { RunModel } from "../../model/run-model.ts";
import { absentAt, partakersOf } from "../../model/submissions.ts";
import type { Entity } from "../../page/entity.ts";
import { TOPOLOGY_WORDS } from "../../words/topology-words.ts";
import { type RunJourneys, runJourneys } from "./topology-journeys.ts";
import { type TopologyLayout, topologyLayout } from "./topology-layout.ts";
import { actingIn } from "./topology-moment.ts";
import { topologyScene } from "./topology-scene.ts";

/** What is to be drawn of a run. */
export interface TopologyWish {
  readonly world: WorldProgress;
  /** The world one step before: who acted since then stands out. */
  readonly before: WorldProgress;
  /** The scene is higher where not everything would fit. */
  readonly size: Size;
  readonly language: Language;
  readonly selected?: Entity | undefined;
  readonly hovered?: Entity | undefined;
}

/** Draws one run. */
export class TopologyDrawer {
  readonly model: RunModel;
  readonly #journeys: RunJourneys;
  /** Of the sizes asked for last. */
  #layouts: readonly { readonly asked: Size; readonly layout: TopologyLayout }[] = [];

  constructor(model: RunModel) {
    this.model = model;
    this.#journeys = runJourneys(model);
  }

  /** The job as wished. */
  scene({ world, before, size, language, selected, hovered }: TopologyWish): Scene {
    const { model } = this;
    return topologyScene({
      layout: this.#layoutOf(world, size),
      world,
      journeys: this.#journeys,
      absent: absentAt(model, world),
      partakersOf: (checkpoint) => partakersOf(checkpoint, model, world),
      recordOf: (index) => model.recordOf(index),
      times: model.times,
      acting: actingIn(eventsBetween(model, before.index, world.index), world),
      selected,
      hovered,
      words: TOPOLOGY_WORDS[language],
    });
  }

  /** Whether all of the job can be drawn in this size, and whether its names are whole then. */
  fit(
    world: WorldProgress,
    size: Size,
  ): { readonly isWhole: boolean; readonly areNamesWhole: boolean } {
    const { areNamesWhole, size: needed } = this.#layoutOf(world, size);
    const isWhole = needed.width <= size.width && needed.height <= size.height;
    return { isWhole, areNamesWhole };
  }

  /** The least height in which all of the job can be drawn in this width. */
  leastHeight(world: WorldProgress, width: number): number {
    return this.#layoutOf(world, { width, height: 0 }).size.height;
  }

  #layoutOf({ subtasks, channels }: WorldProgress, size: Size): TopologyLayout {
    const known = this.#layouts.find(
      ({ asked }) => asked.width === size.width && asked.height === size.height,
    );
    if (known !== undefined) return known.layout;
    const { reads, writes } = this.#journeys;
    const layout = topologyLayout({ subtasks, channels, reads, writes }, size);
    this.#layouts = [{ asked: size, layout }, ...this.#layouts].slice(0, LAYOUTS_KEPT);
    return layout;
  }
}

/** As many as a view tries before it has the one that fits. */
const LAYOUTS_KEPT = 8;

/** The events after one up to another; of many only the last ones. */
function eventsBetween(model: RunModel, before: number, last: number): readonly TraceEvent[] {
  const first = Math.max(0, before + 1, last + 1 - STEP_EVENTS_MAX);
  return Array.from({ length: Math.max(0, last + 1 - first) }, (_, step) =>
    model.event(first + step),
  );
}

const STEP_EVENTS_MAX = 400;
