// What stands over the space-time diagram: how much of it is seen, which cut lies over it and what holds of that.

import type { CheckpointSpan } from "../../model/run-model.ts";
import { element } from "../../page/element.ts";
import type { SpaceTimeWords } from "../../words/space-time-words.ts";

/** What a reader can do there. */
export interface BarActions {
  zoom(factor: number): void;
  showWhole(): void;
  chooseCut(id: number | undefined): void;
  resetCut(): void;
}

/** What is shown there. */
export interface BarContent {
  readonly words: SpaceTimeWords;
  readonly checkpoints: readonly CheckpointSpan[];
  /** A checkpoint as the choice names it. */
  readonly nameOf: (span: CheckpointSpan) => string;
  readonly cut: number | undefined;
  readonly isMoved: boolean;
  readonly verdict: { readonly text: string; readonly isConsistent: boolean } | undefined;
}

/** The bar. */
export class SpaceTimeBar {
  readonly element: HTMLElement;
  readonly #cutLabel = element("span");
  readonly #choice = element("select");
  readonly #reset = element("button", { type: "button", class: "cut-reset" });
  readonly #verdict = element("p", { class: "cut-verdict", role: "status" });
  readonly #out = element("button", { type: "button", class: "quiet" }, "−");
  readonly #in = element("button", { type: "button", class: "quiet" }, "+");
  readonly #whole = element("button", { type: "button", class: "quiet" });
  readonly #zooms = element(
    "div",
    { class: "zooms", role: "group" },
    this.#out,
    this.#in,
    this.#whole,
  );
  #choices = "";

  constructor(actions: BarActions) {
    const cut = element("label", { class: "cut-choice" }, this.#cutLabel, this.#choice);
    this.element = element(
      "div",
      { class: "space-time-bar" },
      cut,
      this.#verdict,
      this.#reset,
      this.#zooms,
    );
    this.#out.addEventListener("click", () => actions.zoom(1 / ZOOM_STEP));
    this.#in.addEventListener("click", () => actions.zoom(ZOOM_STEP));
    this.#whole.addEventListener("click", () => actions.showWhole());
    this.#reset.addEventListener("click", () => actions.resetCut());
    this.#choice.addEventListener("change", () => {
      const { value } = this.#choice;
      actions.chooseCut(value === "" ? undefined : Number(value));
    });
  }

  show({ words, checkpoints, nameOf, cut, isMoved, verdict }: BarContent): void {
    this.#speak(words);
    const names = checkpoints.map(nameOf);
    const choices = [words.noCut, ...names].join();
    if (choices !== this.#choices) {
      this.#choices = choices;
      const options = checkpoints.map(({ id }, at) =>
        element("option", { value: id }, names[at] ?? ""),
      );
      this.#choice.replaceChildren(element("option", { value: "" }, words.noCut), ...options);
    }
    this.#choice.value = cut === undefined ? "" : String(cut);
    this.#reset.hidden = !isMoved;
    if (cut !== undefined) write(this.#reset, words.resetCut(cut));
    this.#verdict.dataset["verdict"] =
      verdict?.isConsistent === false ? "inconsistent" : "consistent";
    write(this.#verdict, verdict?.text ?? "");
    this.#verdict.title = verdict?.text ?? "";
  }

  #speak(words: SpaceTimeWords): void {
    write(this.#cutLabel, words.cut);
    write(this.#whole, words.wholeRun);
    this.#zooms.setAttribute("aria-label", words.zoom);
    for (const [button, name] of [
      [this.#out, words.zoomOut],
      [this.#in, words.zoomIn],
    ] as const) {
      button.setAttribute("aria-label", name);
      button.title = name;
    }
  }
}

/** How much more or less a button shows. */
export const ZOOM_STEP = 1.6;

function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
