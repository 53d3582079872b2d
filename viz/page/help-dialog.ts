// The help: every command with its keys, made of the keyboard map itself, with a search field over it.

import type { KeyboardWords } from "../words/keyboard-words.ts";
import { Dialog } from "./dialog.ts";
import { element } from "./element.ts";
import {
  type CommandKey,
  commandKey,
  KEY_BINDINGS,
  type KeyBinding,
  type KeyGroup,
  keyNames,
} from "./keyboard.ts";
import type { PageContext } from "./page-context.ts";

/** A line of the help: one command and all keys that mean it. */
export interface HelpLine {
  readonly group: KeyGroup;
  readonly command: CommandKey;
  readonly keys: readonly string[];
}

/** The help's lines, in the order of the keyboard map. */
export function helpLines(bindings: readonly KeyBinding[] = KEY_BINDINGS): readonly HelpLine[] {
  const lines = new Map<CommandKey, HelpLine>();
  for (const binding of bindings) {
    const command = commandKey(binding.command);
    const keys = [...(lines.get(command)?.keys ?? []), ...keyNames(binding)];
    lines.set(command, { group: binding.group, command, keys });
  }
  return [...lines.values()];
}

/** The dialog with the help. */
export function helpDialog({ page, words, keyboardWords }: PageContext): {
  readonly element: HTMLElement;
  open(): void;
} {
  const dialog = new Dialog("help");
  return { element: dialog.element, open };

  function open(): void {
    const spoken = words.words;
    const search = element("input", {
      type: "search",
      class: "search",
      placeholder: spoken.helpSearch,
      "aria-label": spoken.helpSearch,
    });
    const table = element("div", { class: "help-lines" });
    const fill = (): void => {
      const lines = linesMatching(search.value, keyboardWords.words);
      const parts = groupsOf(lines, keyboardWords.words);
      table.replaceChildren(...(parts.length === 0 ? [spoken.helpNothing] : parts));
    };
    search.addEventListener("input", fill);
    fill();
    dialog.open(spoken.helpTitle, spoken.close, search, table, letterKeys());
    search.focus();
  }

  function letterKeys(): HTMLElement {
    const box = element("input", { type: "checkbox" });
    box.checked = page.store.state.hasLetterKeys;
    box.addEventListener("change", () => page.store.change({ hasLetterKeys: box.checked }));
    return element("label", { class: "letter-keys" }, box, words.words.letterKeys);
  }
}

function linesMatching(text: string, words: KeyboardWords): readonly HelpLine[] {
  const sought = text.trim().toLowerCase();
  return helpLines().filter(
    ({ command, keys, group }) =>
      words.commands[command].toLowerCase().includes(sought) ||
      words.groups[group].toLowerCase().includes(sought) ||
      keys.some((key) => key.toLowerCase() === sought),
  );
}

function groupsOf(lines: readonly HelpLine[], words: KeyboardWords): readonly HTMLElement[] {
  const groups = [...new Set(lines.map(({ group }) => group))];
  return groups.map((group) => {
    const rows = lines
      .filter((line) => line.group === group)
      .flatMap(({ command, keys }) => [
        element("dt", {}, ...keysAsElements(keys)),
        element("dd", {}, words.commands[command]),
      ]);
    return element(
      "section",
      {},
      element("h3", {}, words.groups[group]),
      element("dl", {}, ...rows),
    );
  });
}

/** Nine keys in a row read "1 … 9". */
function keysAsElements(keys: readonly string[]): readonly (Node | string)[] {
  const shown = keys.length > 4 ? [keys[0] ?? "", "…", keys.at(-1) ?? ""] : keys;
  return shown.map((key) => (key === "…" ? " … " : element("kbd", {}, key)));
}
