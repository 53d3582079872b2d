// The buttons under the picture: along the run, how far a step goes, how fast it plays, and what else is drawn.

import { setText } from "./caption.ts";
import { commandButton, press, titleWithKeys } from "./command-button.ts";
import { element } from "./element.ts";
import { icon } from "./icons.ts";
import type { PageContext } from "./page-context.ts";
import type { PageState } from "./page-state.ts";

/** The row of buttons. */
export interface Transport {
  readonly element: HTMLElement;
  show(state: PageState): void;
}

/** Builds the row. */
export function transport(context: PageContext): Transport {
  const row = element("div", { class: "transport", role: "group" });
  context.words.bind((words) => row.setAttribute("aria-label", words.transport));
  const play = playButton(context);
  const sizes = stepSizes(context);
  const speed = speedControl(context);
  const looks = lookButtons(context);
  row.append(
    element(
      "div",
      { class: "group moves" },
      commandButton(context, { kind: "go-to-start" }, { icon: "start" }),
      commandButton(context, { kind: "step-to-stop", by: -1 }, { icon: "previous-stop" }),
      commandButton(context, { kind: "step", size: "chosen", by: -1 }, { icon: "previous" }),
      play.element,
      commandButton(context, { kind: "step", size: "chosen", by: 1 }, { icon: "next" }),
      commandButton(context, { kind: "step-to-stop", by: 1 }, { icon: "next-stop" }),
      commandButton(context, { kind: "go-to-end" }, { icon: "end" }),
    ),
    sizes.element,
    speed.element,
    looks.element,
  );
  return {
    element: row,
    show(state) {
      for (const part of [play, sizes, speed, looks]) part.show(state);
    },
  };
}

function playButton({ page, words, keyboardWords, perform }: PageContext): Transport {
  const command = { kind: "play-or-pause" } as const;
  const button = element("button", { type: "button", class: "primary icon-button play" });
  let isPlaying: boolean | undefined;
  const show = (state: PageState): void => {
    if (state.isPlaying === isPlaying) return;
    isPlaying = state.isPlaying;
    button.replaceChildren(icon(isPlaying ? "pause" : "play"));
    button.setAttribute("aria-label", isPlaying ? words.words.pause : words.words.play);
  };
  words.bind(() => {
    isPlaying = undefined;
    show(page.store.state);
  });
  keyboardWords.bind(({ commands }) => {
    button.title = titleWithKeys(commands["play-or-pause"], command);
  });
  button.addEventListener("click", () => perform(command));
  return { element: button, show };
}

function stepSizes({ page, words }: PageContext): Transport {
  const sizes = ["event", "beat", "phase"] as const;
  const buttons = sizes.map((stepSize) => {
    const button = element("button", { type: "button" });
    words.bind((spoken) => setText(button, spoken[stepSize]));
    button.addEventListener("click", () => page.store.change({ stepSize }));
    return button;
  });
  const group = element("div", { class: "segments", role: "group" }, ...buttons);
  const label = element("span", { class: "group-label", "aria-hidden": "true" });
  words.bind((spoken) => {
    group.setAttribute("aria-label", spoken.stepSize);
    setText(label, spoken.stepSize);
  });
  return {
    element: element("div", { class: "group steps" }, label, group),
    show({ stepSize }) {
      for (const [index, button] of buttons.entries()) press(button, sizes[index] === stepSize);
    },
  };
}

function speedControl(context: PageContext): Transport {
  const speed = element("output", { class: "speed" });
  const slower = commandButton(
    context,
    { kind: "play-slower" },
    { text: () => "−", className: "quiet small" },
  );
  const faster = commandButton(
    context,
    { kind: "play-faster" },
    { text: () => "+", className: "quiet small" },
  );
  context.words.bind((spoken) => {
    slower.setAttribute("aria-label", spoken.slower);
    faster.setAttribute("aria-label", spoken.faster);
    speed.title = spoken.speed(String(context.page.store.state.speed));
  });
  return {
    element: element("div", { class: "group speeds" }, slower, speed, faster),
    show(state) {
      setText(speed, `${state.speed}×`);
      speed.title = context.words.words.speed(String(state.speed));
    },
  };
}

function lookButtons(context: PageContext): Transport {
  const { page, words } = context;
  const toggle = { isToggle: true };
  const cut = commandButton(context, { kind: "cut" }, { ...toggle, text: ({ cut }) => cut });
  const cone = commandButton(context, { kind: "cone" }, { ...toggle, text: ({ cone }) => cone });
  const axis = commandButton(
    context,
    { kind: "time-axis" },
    { ...toggle, text: ({ logicalTime }) => logicalTime },
  );
  const why = commandButton(context, { kind: "why" }, { text: ({ why }) => why });
  const note = commandButton(context, { kind: "note" }, { text: ({ note }) => note });
  const crash = commandButton(context, { kind: "crash" }, { text: ({ crash }) => crash });
  crash.classList.add("crash");
  crash.hidden = page.data.engine === undefined;
  return {
    element: element("div", { class: "group looks" }, cut, cone, axis, why, note, crash),
    show(state) {
      press(cut, state.cut !== undefined);
      press(cone, state.isConeShown);
      press(axis, state.timeAxis === "logical");
      const target = page.crashTarget;
      crash.disabled = target === undefined || page.isBusy;
      if (target !== undefined) crash.title = `${words.words.crashTitle(target.name)} (C)`;
    },
  };
}
