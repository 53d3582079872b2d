// View A: the job, with all that is on its way in it.

import "./topology.css";

import { legibleSize } from "../../drawing/legible-size.ts";
import { PALETTES } from "../../drawing/palette.ts";
import { listenForPointer } from "../../drawing/pointed-entity.ts";
import { SceneView, type Size } from "../../drawing/scene-view.ts";
import { TOPOLOGY_WORDS } from "../../words/topology-words.ts";
import type { Actions, Frame, View } from "../view.ts";
import { TopologyDrawer } from "./topology-drawer.ts";

/** The topology of the run that frames are of. */
export function topologyView(actions: Pick<Actions, "hover" | "select">): View {
  const view = new TopologyView();
  listenForPointer(view.element, actions);
  return view;
}

/** How much larger everything is for a projector, as far as all of the job can still be seen. */
const PRESENT_ZOOMS = [1.8, 1.65, 1.5, 1.35, 1.2, 1.1, 1];

class TopologyView implements View {
  readonly #scene = new SceneView("topology", () => this.#redraw());
  #frame: Frame | undefined;
  #drawer: TopologyDrawer | undefined;

  get element(): HTMLElement {
    return this.#scene.element;
  }

  show(frame: Frame): void {
    const before = this.#frame;
    if (before !== undefined && isAlike(frame, before)) return;
    this.#frame = frame;
    this.#draw(frame, before !== undefined && !frame.isMotionReduced && isStep(before, frame));
  }

  #redraw(): void {
    if (this.#frame !== undefined) this.#draw(this.#frame, false);
  }

  #draw(frame: Frame, isGliding: boolean): void {
    const { width, height } = this.#scene.size;
    if (width === 0 || height === 0) return;
    const { model, world, before, state } = frame;
    const { language, theme, selection, hovered } = state;
    if (this.#drawer?.model !== model) this.#drawer = new TopologyDrawer(model);
    const zoom = state.mode === "present" ? presentZoom(this.#drawer, world, this.#scene.size) : 1;
    if (state.mode === "present") this.#askForHeight(this.#drawer, world, width);
    const size = { width: width / zoom, height: height / zoom };
    const scene = this.#drawer.scene({
      world,
      before,
      size,
      language,
      selected: selection,
      hovered,
    });
    const label = labelOf(frame);
    this.#scene.show(scene, { palette: PALETTES[theme], label, isGliding, zoom });
  }

  /** Tells the style sheet the height in which all of the job is legible. */
  #askForHeight(drawer: TopologyDrawer, world: Frame["world"], width: number): void {
    const zoom = legibleZoom();
    const least = drawer.leastHeight(world, width / zoom) * zoom;
    this.element.style.setProperty("--least-height", `${Math.ceil(least)}px`);
    this.element.classList.toggle("is-high", least > innerHeight / 3);
  }
}

/** The size of the smallest letters of a job. */
const SMALLEST_LETTERS = 10;

/** The smallest zoom at which the last row can read those. */
function legibleZoom(): number {
  return legibleSize(innerHeight) / SMALLEST_LETTERS;
}

/** The largest zoom with all of the job in sight; a smaller one, if still legible, where names are whole only so. */
function presentZoom(
  drawer: TopologyDrawer,
  world: Frame["world"],
  { width, height }: Size,
): number {
  const legible = legibleZoom();
  const larger = Math.max(1, legible / Math.max(...PRESENT_ZOOMS));
  const whole = PRESENT_ZOOMS.map((one) => one * larger)
    .map((zoom) => ({
      zoom,
      ...drawer.fit(world, { width: width / zoom, height: height / zoom }),
    }))
    .filter(({ isWhole }) => isWhole);
  const named = whole.find(({ zoom, areNamesWhole }) => areNamesWhole && zoom >= legible);
  return (named ?? whole[0])?.zoom ?? 1;
}

function isAlike(one: Frame, other: Frame): boolean {
  const [state, before] = [one.state, other.state];
  return (
    one.model === other.model &&
    one.world.index === other.world.index &&
    one.before.index === other.before.index &&
    state.selection === before.selection &&
    state.hovered === before.hovered &&
    state.theme === before.theme &&
    state.mode === before.mode &&
    state.language === before.language
  );
}

/** True if one of two moments is a step from the other. */
function isStep(one: Frame, other: Frame): boolean {
  return (
    one.model === other.model &&
    (other.before.index === one.world.index || one.before.index === other.world.index)
  );
}

function labelOf({ model, world, state }: Frame): string {
  const { index } = world;
  const { language } = state;
  return index < 0 ? TOPOLOGY_WORDS[language].notStarted : model.sentence(index, language);
}
