// View C: what is in the selected subtask, channel, checkpoint, record, host or log at the cursor, what this step has
// changed, and watches.

import "./inspector.css";
import "./inspector-files.css";
import "./inspector-key-groups.css";

import { element } from "../../page/element.ts";
import { parseEntity } from "../../page/entity.ts";
import { icon } from "../../page/icons.ts";
import { INSPECTOR_WORDS, type InspectorWords } from "../../words/inspector-words.ts";
import type { Actions, Frame, View } from "../view.ts";
import { inspectionOf } from "./inspection.ts";
import type { Block, CrashChoice, Inspection } from "./inspector-blocks.ts";
import { changesInStep } from "./inspector-changes.ts";
import { blockElement } from "./inspector-elements.ts";
import { WatchPanel } from "./inspector-watches.ts";

/** The inspector of the run that frames are of. */
export function inspectorView(actions: Actions): View {
  return new InspectorView(actions);
}

class InspectorView implements View {
  readonly element: HTMLElement;
  readonly #actions: Actions;
  readonly #title = element("h3");
  readonly #subtitle = element("p", { class: "inspector-subtitle" });
  readonly #clear = element("button", { type: "button", class: "inspector-clear" }, icon("close"));
  readonly #crashes = element("div", { class: "inspector-crashes" });
  readonly #blocks = element("div", { class: "inspector-blocks" });
  readonly #watches: WatchPanel;
  #frame: Frame | undefined;
  /** What each block shows, as a text to compare. */
  #shown: readonly string[] = [];
  #crashable = "";

  constructor(actions: Actions) {
    this.#actions = actions;
    this.#watches = new WatchPanel(actions);
    this.#clear.addEventListener("click", () => actions.select(undefined));
    this.#blocks.addEventListener("click", ({ target }) => this.#follow(target));
    this.#blocks.addEventListener("pointerover", ({ target }) => {
      actions.hover(parseEntity(leadOf(target)?.dataset["entity"] ?? ""));
    });
    this.#blocks.addEventListener("pointerleave", () => actions.hover(undefined));
    const head = element("header", {}, this.#title, this.#clear, this.#subtitle);
    this.element = element(
      "div",
      { class: "inspector" },
      head,
      this.#crashes,
      this.#blocks,
      this.#watches.element,
    );
  }

  show(frame: Frame): void {
    if (this.#frame !== undefined && isAlike(frame, this.#frame)) return;
    this.#frame = frame;
    const words = INSPECTOR_WORDS[frame.state.language];
    const inspection = inspectionOf(frame, words);
    this.#showHead(inspection, frame, words);
    this.#showCrashes(inspection.crashable);
    this.#showBlocks([changesBlock(frame, words), ...inspection.blocks]);
    this.#watches.show(frame);
  }

  #showHead({ title, subtitle }: Inspection, { state }: Frame, words: InspectorWords): void {
    this.#title.textContent = title;
    this.#subtitle.textContent = subtitle;
    this.#clear.hidden = state.selection === undefined;
    this.#clear.title = words.clear;
    this.#clear.setAttribute("aria-label", words.clear);
  }

  #showCrashes(choices: readonly CrashChoice[]): void {
    const shown = JSON.stringify(choices);
    if (shown === this.#crashable) return;
    this.#crashable = shown;
    const buttons = choices.map(({ label, target }) => {
      const button = element("button", { type: "button" }, label);
      button.addEventListener("click", () => this.#actions.crash(target));
      return button;
    });
    this.#crashes.replaceChildren(...buttons);
  }

  /** Makes anew only the blocks that say something else than before; the focus stays on what leads to the same. */
  #showBlocks(blocks: readonly Block[]): void {
    const shown = blocks.map((block) => JSON.stringify(block));
    const focused = this.#blocks.contains(document.activeElement)
      ? leadOf(document.activeElement)
      : undefined;
    for (const [position, block] of blocks.entries()) {
      if (shown[position] === this.#shown[position]) continue;
      const old = this.#blocks.children[position];
      const made = blockElement(block);
      if (old === undefined) this.#blocks.append(made);
      else old.replaceWith(made);
    }
    while (this.#blocks.children.length > blocks.length) this.#blocks.lastElementChild?.remove();
    this.#shown = shown;
    if (focused === undefined || focused.isConnected) return;
    const { entity, event } = focused.dataset;
    const again = [...this.#blocks.querySelectorAll<HTMLElement>(".inspector-link")].find(
      ({ dataset }) => dataset["entity"] === entity && dataset["event"] === event,
    );
    again?.focus();
  }

  #follow(target: EventTarget | null): void {
    const lead = leadOf(target)?.dataset;
    if (lead === undefined) return;
    const { entity, event } = lead;
    if (event !== undefined) this.#actions.moveTo(Number(event));
    else if (entity !== undefined) this.#actions.select(parseEntity(entity));
  }
}

/** What was clicked or pointed at that leads somewhere. */
function leadOf(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>(".inspector-link") ?? undefined;
}

function changesBlock(frame: Frame, words: InspectorWords): Block {
  return {
    kind: "lines",
    title: words.changed,
    lines: changesInStep(frame, words),
    empty: words.nothingChanged,
  };
}

function isAlike(one: Frame, other: Frame): boolean {
  return (
    one.model === other.model &&
    one.world === other.world &&
    one.before === other.before &&
    one.state.selection === other.state.selection &&
    one.state.language === other.state.language &&
    one.state.watches === other.state.watches
  );
}
