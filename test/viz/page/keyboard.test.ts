// The keyboard map: every key means one thing, nothing fires while someone types, and every command has words.
import { expect, test } from "vitest";
import { helpLines } from "../../../viz/page/help-dialog.ts";
import {
  commandKey,
  commandOf,
  KEY_BINDINGS,
  type KeyContext,
  type KeyPress,
} from "../../../viz/page/keyboard.ts";
import { KEYBOARD_WORDS } from "../../../viz/words/keyboard-words.ts";

const onPage: KeyContext = { hasLetterKeys: true, focus: "page" };

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held };
}

test("KEY_BINDINGS gives no key two meanings", () => {
  const all = KEY_BINDINGS.flatMap(({ keys, modifier }) =>
    keys.map((key) => `${modifier ?? ""} ${key}`),
  );
  expect(new Set(all).size).toBe(all.length);
});

test("commandOf finds every binding by its own keys", () => {
  for (const { keys, modifier, command } of KEY_BINDINGS) {
    for (const key of keys) {
      const held = { shiftKey: modifier === "shift", ctrlKey: modifier === "control" };
      expect(commandOf(press(key, held), onPage), `${modifier} ${key}`).toEqual(command);
    }
  }
});

test("commandOf takes a sign as it is, whatever was held to write it", () => {
  expect(commandOf(press("?", { shiftKey: true }), onPage)).toEqual({ kind: "help" });
  expect(commandOf(press("}", { shiftKey: true }), onPage)).toMatchObject({ by: 1 });
  expect(commandOf(press("N", { shiftKey: true }), onPage)).toEqual({
    kind: "step-to-hit",
    by: -1,
  });
});

test("commandOf leaves the browser's own shortcuts alone", () => {
  expect(commandOf(press("s", { ctrlKey: true }), onPage)).toBeUndefined();
  expect(commandOf(press("p", { metaKey: true }), onPage)).toBeUndefined();
  expect(commandOf(press("ArrowLeft", { altKey: true }), onPage)).toBeUndefined();
});

test("commandOf is silent in a text, and in a line but for the keys of a presenter's remote control", () => {
  const keys = KEY_BINDINGS.flatMap((binding) => binding.keys);
  const heard = (focus: "text" | "line") =>
    keys.filter((key) => commandOf(press(key), { hasLetterKeys: true, focus }) !== undefined);
  expect(heard("text")).toEqual([]);
  expect(heard("line").sort()).toEqual(["pagedown", "pageup"]);
});

test("commandOf without letter keys hears only keys that write nothing", () => {
  const heard = KEY_BINDINGS.flatMap(({ keys }) => keys).filter(
    (key) => commandOf(press(key), { hasLetterKeys: false, focus: "page" }) !== undefined,
  );
  expect([...new Set(heard)].sort()).toEqual([
    " ",
    "arrowleft",
    "arrowright",
    "end",
    "enter",
    "home",
    "pagedown",
    "pageup",
  ]);
});

test("commandOf leaves a button its keys, and radio buttons theirs", () => {
  const onButton: KeyContext = { hasLetterKeys: true, focus: "button" };
  expect(commandOf(press(" "), onButton)).toBeUndefined();
  expect(commandOf(press("Enter"), onButton)).toBeUndefined();
  expect(commandOf(press("ArrowRight"), onButton)).toMatchObject({ kind: "step" });
  const onRadio: KeyContext = { hasLetterKeys: true, focus: "radio" };
  expect(commandOf(press("ArrowRight"), onRadio)).toBeUndefined();
  expect(commandOf(press("Enter"), onRadio)).toEqual({ kind: "confirm" });
  expect(commandOf(press("2"), onRadio)).toEqual({ kind: "choose", number: 2 });
});

test("helpLines tell every command once, with words in both languages", () => {
  const commands = helpLines().map(({ command }) => command);
  expect(new Set(commands).size).toBe(commands.length);
  expect(new Set(commands)).toEqual(
    new Set(KEY_BINDINGS.map(({ command }) => commandKey(command))),
  );
  for (const { commands: names, groups } of Object.values(KEYBOARD_WORDS)) {
    expect(new Set(Object.keys(names))).toEqual(new Set(commands));
    const texts = [...Object.values(names), ...Object.values(groups)];
    for (const text of texts) expect(text.trim()).not.toBe("");
    expect(new Set(Object.values(names)).size).toBe(commands.length);
  }
});
