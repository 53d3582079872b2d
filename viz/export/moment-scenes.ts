// A moment of a run as exports show it: the job, who did what when up to the moment, and what is said of both.

import { timeText } from "../../sim/trace/duration-text.ts";
import type { WorldProgress } from "../../sim/trace/projection.ts";
import type { Mark, Scene } from "../drawing/mark.ts";
import type { RunModel } from "../model/run-model.ts";
import type { PageState } from "../page/page-state.ts";
import { notesOf } from "../page/run-notes.ts";
import { tickMarks } from "../views/space-time/space-time-axis.ts";
import { verdictText } from "../views/space-time/space-time-cut.ts";
import { SpaceTimeDrawer } from "../views/space-time/space-time-drawer.ts";
import { leastHeight, typeSizes } from "../views/space-time/space-time-layout.ts";
import type { SpaceTimeMoment } from "../views/space-time/space-time-moment.ts";
import { firstView } from "../views/space-time/space-time-zoom.ts";
import { TopologyDrawer } from "../views/topology/topology-drawer.ts";
import { PAGE_WORDS } from "../words/page-words.ts";
import { wrappedText } from "./wrapped-text.ts";

/** A moment to be drawn; of the state, what pictures show. */
export interface DrawnMoment {
  readonly world: WorldProgress;
  /** The world one step before: who acted since then stands out. */
  readonly before: WorldProgress;
  readonly state: PageState;
}

/** Draws moments of one run. */
export class MomentDrawer {
  readonly #model: RunModel;
  readonly #topology: TopologyDrawer;
  readonly #spaceTime: SpaceTimeDrawer;

  constructor(model: RunModel) {
    this.#model = model;
    this.#topology = new TopologyDrawer(model);
    this.#spaceTime = new SpaceTimeDrawer(model);
  }

  /** The scenes of a moment, from the top, all of one width unless the job needs more: job, diagram, words. */
  scenes({ world, before, state }: DrawnMoment, width: number): readonly Scene[] {
    const { language, selection: selected } = state;
    const size = { width, height: JOB_HEIGHT };
    const job = this.#topology.scene({ world, before, size, language, selected });
    const moment = this.#spaceTimeMoment(state, width);
    const scene = this.#spaceTime.sceneOf(moment);
    const diagram = { ...scene, many: [...tickMarks(moment), ...scene.many] };
    return [job, diagram, this.#words(world, moment, state)];
  }

  #spaceTimeMoment(state: PageState, width: number): SpaceTimeMoment {
    const drawer = this.#spaceTime;
    const { axis } = drawer.index(state.timeAxis);
    // Where nothing is drawn of what is to come, the moment is near the right edge.
    const share = state.mode === "explore" ? 0.3 : 0.85;
    const view = firstView(axis, { place: axis.at[state.cursor] ?? 0, share });
    const height = Math.max(DIAGRAM_HEIGHT, leastHeight(this.#model.lanes, typeSizes()));
    return drawer.moment({ state, size: { width, height }, view });
  }

  /** Which event it is and when, what happens in it, what holds of the cut, and what a reader has noted there. */
  #words({ index, time }: WorldProgress, moment: SpaceTimeMoment, state: PageState): Scene {
    const { width } = moment.layout;
    const { cut, words } = moment;
    const sentence = index < 0 ? words.notStarted : this.#model.sentence(index, state.language);
    const verdict = cut === undefined ? "" : verdictText(cut, this.#model, words);
    const note = notesOf(state.notes, this.#model.digest).get(index);
    const noted = note === undefined ? "" : PAGE_WORDS[state.language].noted(note);
    const texts = [sentence, verdict, noted];
    const lines = texts.flatMap((text) => wrappedText(text, TEXT_SIZE, width - 8));
    const shown = lines.filter((line) => line !== "");
    const heading = `${index} · ${timeText(time)}`;
    const few: readonly Mark[] = [
      { kind: "text", key: "heading", x: 4, y: 20, text: heading, size: 12, fill: "secondary" },
      ...shown.map((text, line): Mark => {
        const y = 41 + line * TEXT_LINE;
        return { kind: "text", key: `line ${line}`, x: 4, y, text, size: TEXT_SIZE };
      }),
    ];
    return { width, height: 32 + shown.length * TEXT_LINE, many: [], few };
  }
}

const JOB_HEIGHT = 340;
const DIAGRAM_HEIGHT = 250;
const TEXT_SIZE = 15;
const TEXT_LINE = 21;
