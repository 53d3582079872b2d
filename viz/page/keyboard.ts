// The keyboard as data: which key means which command. The help is made of the same list, and every command is also
// a button or an item of a menu. Letters, digits and signs can be switched off (WCAG 2.1.4) and mean nothing while
// someone types.

/** What a reader can tell the page to do. */
export type Command =
  | { readonly kind: "step"; readonly size: "chosen" | "event" | "phase"; readonly by: 1 | -1 }
  | { readonly kind: "step-on-place"; readonly by: 1 | -1 }
  | { readonly kind: "step-on-thing"; readonly by: 1 | -1 }
  | { readonly kind: "step-to-stop"; readonly by: 1 | -1 }
  | { readonly kind: "choose"; readonly number: number }
  | { readonly kind: "step-to-hit"; readonly by: 1 | -1 }
  | { readonly kind: SimpleCommand };

/** Commands that take nothing. */
export type SimpleCommand =
  | "go-to-start"
  | "go-to-end"
  | "play-or-pause"
  | "play-slower"
  | "play-faster"
  | "confirm"
  | "search"
  | "crash"
  | "name-branch"
  | "switch-branch"
  | "difference"
  | "cut"
  | "cone"
  | "time-axis"
  | "why"
  | "theme"
  | "present"
  | "note"
  | "share"
  | "export"
  | "help";

/** A key, or several, and what it means. */
export interface KeyBinding {
  readonly command: Command;
  /** Names as `KeyboardEvent.key` has them, in lower case. */
  readonly keys: readonly string[];
  readonly modifier?: "shift" | "control";
  /** The group it stands under in the help. */
  readonly group: KeyGroup;
}

/** The parts of the help. */
export type KeyGroup = "move" | "lesson" | "search" | "branch" | "look" | "page";

/** What of a key press tells which command it is. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Where a key was pressed. */
export interface KeyContext {
  /** Whether keys that write something mean commands. */
  readonly hasLetterKeys: boolean;
  /**
   * What has the focus; what uses keys itself and says so (preventDefault) counts as the page. A text may have many
   * lines, a line is the only one of its field.
   */
  readonly focus: "text" | "line" | "radio" | "button" | "page";
}

/** The keyboard map. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  { group: "move", keys: ["arrowright"], command: { kind: "step", size: "chosen", by: 1 } },
  { group: "move", keys: ["arrowleft"], command: { kind: "step", size: "chosen", by: -1 } },
  {
    group: "move",
    keys: ["arrowright"],
    modifier: "shift",
    command: { kind: "step", size: "event", by: 1 },
  },
  {
    group: "move",
    keys: ["arrowleft"],
    modifier: "shift",
    command: { kind: "step", size: "event", by: -1 },
  },
  {
    group: "move",
    keys: ["arrowright"],
    modifier: "control",
    command: { kind: "step", size: "phase", by: 1 },
  },
  {
    group: "move",
    keys: ["arrowleft"],
    modifier: "control",
    command: { kind: "step", size: "phase", by: -1 },
  },
  { group: "move", keys: ["home"], command: { kind: "go-to-start" } },
  { group: "move", keys: ["end"], command: { kind: "go-to-end" } },
  { group: "move", keys: ["]"], command: { kind: "step-on-place", by: 1 } },
  { group: "move", keys: ["["], command: { kind: "step-on-place", by: -1 } },
  { group: "move", keys: ["}"], command: { kind: "step-on-thing", by: 1 } },
  { group: "move", keys: ["{"], command: { kind: "step-on-thing", by: -1 } },
  { group: "move", keys: [" ", "k", "."], command: { kind: "play-or-pause" } },
  { group: "move", keys: ["j"], command: { kind: "play-slower" } },
  { group: "move", keys: ["l"], command: { kind: "play-faster" } },
  { group: "lesson", keys: ["pagedown"], command: { kind: "step-to-stop", by: 1 } },
  { group: "lesson", keys: ["pageup"], command: { kind: "step-to-stop", by: -1 } },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(
    (number): KeyBinding => ({
      group: "lesson",
      keys: [String(number)],
      command: { kind: "choose", number },
    }),
  ),
  { group: "lesson", keys: ["enter"], command: { kind: "confirm" } },
  { group: "search", keys: ["/"], command: { kind: "search" } },
  { group: "search", keys: ["n"], command: { kind: "step-to-hit", by: 1 } },
  { group: "search", keys: ["n"], modifier: "shift", command: { kind: "step-to-hit", by: -1 } },
  { group: "branch", keys: ["c"], command: { kind: "crash" } },
  { group: "branch", keys: ["b"], command: { kind: "name-branch" } },
  { group: "branch", keys: ["b"], modifier: "shift", command: { kind: "switch-branch" } },
  { group: "branch", keys: ["d"], command: { kind: "difference" } },
  { group: "look", keys: ["x"], command: { kind: "cut" } },
  { group: "look", keys: ["h"], command: { kind: "cone" } },
  { group: "look", keys: ["v"], command: { kind: "time-axis" } },
  { group: "look", keys: ["w"], command: { kind: "why" } },
  { group: "look", keys: ["t"], command: { kind: "theme" } },
  { group: "look", keys: ["p"], command: { kind: "present" } },
  { group: "page", keys: ["m"], command: { kind: "note" } },
  { group: "page", keys: ["s"], command: { kind: "share" } },
  { group: "page", keys: ["e"], command: { kind: "export" } },
  { group: "page", keys: ["?"], command: { kind: "help" } },
];

/** The command of a key press, if it is one there. */
export function commandOf(press: KeyPress, context: KeyContext): Command | undefined {
  const key = press.key.toLowerCase();
  if (context.focus === "text") return undefined;
  if (press.altKey || !isFree(key, context)) return undefined;
  const isSign = key.length === 1 && key !== " ";
  if (isSign && !context.hasLetterKeys) return undefined;
  const modifier = modifierOf(press, key);
  return KEY_BINDINGS.find((binding) => binding.keys.includes(key) && binding.modifier === modifier)
    ?.command;
}

/** How a binding's keys read: "Shift + ←". */
export function keyNames({ keys, modifier }: KeyBinding): readonly string[] {
  const prefix = modifier === undefined ? "" : `${MODIFIER_NAMES[modifier]} + `;
  return keys.map((key) => `${prefix}${KEY_NAMES.get(key) ?? key.toUpperCase()}`);
}

/** A command as one text, for comparing and for words. */
export function commandKey(command: Command): CommandKey {
  switch (command.kind) {
    case "step":
      return `step-${command.size}-${command.by === 1 ? "next" : "previous"}`;
    case "step-on-place":
    case "step-on-thing":
    case "step-to-stop":
    case "step-to-hit":
      return `${command.kind}-${command.by === 1 ? "next" : "previous"}`;
    default:
      return command.kind;
  }
}

/** Every text that {@link commandKey} gives. */
export type CommandKey =
  | `step-${"chosen" | "event" | "phase"}-${"next" | "previous"}`
  | `step-${"on-place" | "on-thing" | "to-stop" | "to-hit"}-${"next" | "previous"}`
  | "choose"
  | SimpleCommand;

/** Whether what has the focus leaves a key to the page. */
function isFree(key: string, { focus }: KeyContext): boolean {
  if (focus === "line") return LINE_FREE_KEYS.has(key);
  if (focus === "button") return key !== " " && key !== "enter";
  if (focus === "radio") return !RADIO_KEYS.has(key);
  return true;
}

/** Keys that do nothing in a field of one line: the remote control of who presents sends them. */
const LINE_FREE_KEYS: ReadonlySet<string> = new Set(["pagedown", "pageup"]);

/** Keys that move within a group of radio buttons. */
const RADIO_KEYS: ReadonlySet<string> = new Set(["arrowleft", "arrowright", " "]);

/** A sign that needs Shift on some keyboards, such as ?, is the sign itself. */
function modifierOf(press: KeyPress, key: string): KeyBinding["modifier"] {
  if (press.ctrlKey || press.metaKey) return "control";
  const isSign = key.length === 1 && !/[a-z]/.test(key);
  return press.shiftKey && !isSign ? "shift" : undefined;
}

const MODIFIER_NAMES = { shift: "Shift", control: "Ctrl" } as const;

const KEY_NAMES: ReadonlyMap<string, string> = new Map([
  ["arrowright", "→"],
  ["arrowleft", "←"],
  ["home", "Home"],
  ["end", "End"],
  [" ", "Space"],
  ["pagedown", "PageDown"],
  ["pageup", "PageUp"],
  ["enter", "Enter"],
]);
