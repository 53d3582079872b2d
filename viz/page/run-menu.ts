// The menu in which another run is ordered from the engine: its scenario, its seed, and whether anything goes wrong.

import type { Case } from "../../sim/harness/bundle.ts";
import { scenarioTitle } from "../../sim/teaching/scenario-title.ts";
import type { LabRun, LabScenario } from "../lab/lab-engine.ts";
import { setText } from "./caption.ts";
import { element } from "./element.ts";
import { type Menu, menu } from "./menu.ts";
import type { PageContext } from "./page-context.ts";

type Context = Pick<PageContext, "page" | "words">;

/** The menu; undefined for a page without an engine. */
export function runMenu(context: Context): Menu | undefined {
  const { page, words } = context;
  const { engine } = page.data;
  if (engine === undefined) return undefined;
  const panel = element("div", { class: "run-menu" });
  const made = menu(panel, { className: "quiet run-button" });
  words.bind((spoken) => {
    setText(made.button, spoken.runMenu);
    panel.setAttribute("aria-label", spoken.runMenu);
  });
  void engine.scenarios().then((scenarios) => {
    panel.append(runForm(context, { scenarios, onRun: () => made.close() }));
  });
  return made;
}

function runForm(
  { page, words }: Context,
  options: { readonly scenarios: readonly LabScenario[]; readonly onRun: () => void },
): HTMLElement {
  const names = options.scenarios.map(({ name }) => element("option", { value: name }, name));
  const scenario = element("select", {}, ...names);
  const about = element("p", { class: "hint" });
  const seed = element("input", { type: "text", inputmode: "numeric", size: 12 });
  const faults = element("select");
  const run = element("button", { type: "submit", class: "primary" });
  const texts = { scenario: element("span"), seed: element("span"), faults: element("span") };
  const form = element(
    "form",
    { class: "run-form" },
    element("label", {}, texts.scenario, scenario),
    about,
    element("label", {}, texts.seed, seed),
    element("label", {}, texts.faults, faults),
    run,
  );
  const titleOf = (one: LabScenario): string => scenarioTitle(one, page.store.state.language);
  const tellAbout = (): void => {
    const chosen = options.scenarios.find(({ name }) => name === scenario.value);
    setText(about, chosen === undefined ? "" : titleOf(chosen));
  };
  const startFromShown = (): void => {
    const shown = page.shelf.case;
    if (typeof shown?.scenario === "string") scenario.value = shown.scenario;
    seed.value = String(shown?.seed ?? 1);
    tellAbout();
  };
  words.bind((spoken) => {
    setText(texts.scenario, spoken.scenario);
    setText(texts.seed, spoken.seedField);
    setText(texts.faults, spoken.faults);
    setText(run, spoken.run);
    for (const [at, option] of names.entries()) {
      const one = options.scenarios[at];
      if (one !== undefined) option.title = titleOf(one);
    }
    tellAbout();
    const chosen = faults.value;
    faults.replaceChildren(
      element("option", { value: "own" }, spoken.ownFaults),
      element("option", { value: "none" }, spoken.noFaults),
    );
    if (chosen !== "") faults.value = chosen;
  });
  scenario.addEventListener("change", tellAbout);
  page.shelf.listen(startFromShown);
  startFromShown();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    options.onRun();
    const text = seed.value.trim();
    if (!/^-?\d+$/.test(text)) {
      page.say((spoken) => spoken.seedRefused(text));
      return;
    }
    page.say(undefined);
    const request: Case = {
      scenario: scenario.value,
      seed: Number(text),
      ...(faults.value === "none" ? { faults: [] } : {}),
    };
    void page.run(request).then((result) => showIfAny({ page }, result));
  });
  return form;
}

function showIfAny({ page }: Pick<Context, "page">, run: LabRun | undefined): void {
  if (run === undefined) return;
  page.show(run);
  if (page.store.state.mode === "lesson") page.store.change({ mode: "explore" });
}
