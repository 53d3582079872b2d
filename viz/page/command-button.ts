// A button for a command: it says what it does and by which key.

import type { PageWords } from "../words/page-words.ts";
import { setText } from "./caption.ts";
import { element } from "./element.ts";
import { type IconName, icon } from "./icons.ts";
import { type Command, commandKey, KEY_BINDINGS, keyNames } from "./keyboard.ts";
import type { PageContext } from "./page-context.ts";

/** How a button looks. */
export interface ButtonLook {
  readonly className?: string;
  readonly icon?: IconName;
  /** What is written on it; without, its icon alone. */
  readonly text?: (words: PageWords) => string;
  /** Whether it can be on or off. */
  readonly isToggle?: boolean;
}

/** A button that performs `command`. */
export function commandButton(
  context: PageContext,
  command: Command,
  look: ButtonLook,
): HTMLButtonElement {
  const { className = "quiet", text } = look;
  const label = element("span", { class: "button-text" });
  const button = element(
    "button",
    {
      type: "button",
      class: text === undefined ? `${className} icon-button` : className,
      "aria-pressed": look.isToggle === true ? "false" : undefined,
    },
    ...(look.icon === undefined ? [] : [icon(look.icon)]),
    ...(text === undefined ? [] : [label]),
  );
  const key = commandKey(command);
  context.keyboardWords.bind(({ commands }) => {
    button.title = titleWithKeys(commands[key], command);
    if (text === undefined) button.setAttribute("aria-label", commands[key]);
  });
  if (text !== undefined) context.words.bind((words) => setText(label, text(words)));
  button.addEventListener("click", () => context.perform(command));
  return button;
}

/** Shows whether a toggle is on. */
export function press(button: HTMLButtonElement, isOn: boolean): void {
  button.setAttribute("aria-pressed", String(isOn));
}

/** A name with the keys that mean the same: "Next stop (PageDown)". */
export function titleWithKeys(name: string, command: Command): string {
  const key = commandKey(command);
  const binding = KEY_BINDINGS.find((candidate) => commandKey(candidate.command) === key);
  return binding === undefined ? name : `${name} (${keyNames(binding).join(", ")})`;
}
