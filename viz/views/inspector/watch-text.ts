// What a watch came to, in words.

import type { InspectorWords } from "../../words/inspector-words.ts";
import type { WatchError, WatchResult } from "./watch-value.ts";

/** A result as it is shown. */
export function watchText(result: WatchResult, words: InspectorWords): string {
  switch (result.kind) {
    case "number":
      return String(Math.round(result.value * 1_000_000) / 1_000_000);
    case "text":
      return result.value;
    case "claim":
      return result.holds ? words.watchTrue : words.watchFalse;
    case "none":
      return words.watchNoValue;
    case "error":
      return errorText(result.error, words);
  }
}

function errorText(error: WatchError, words: InspectorWords): string {
  switch (error.kind) {
    case "empty":
      return words.watchEmpty;
    case "syntax":
      return words.watchSyntax(error.found ?? words.watchEnd, expectedText(error.expected, words));
    case "unknown-state":
      return words.watchUnknownState(error.name, error.known.join(", "));
    case "unknown-function":
      return words.watchUnknownFunction(error.name, error.known.join(", "));
    case "unknown-name":
      return words.watchUnknownName(error.name, error.known.join(", "));
    case "no-checkpoint":
      return words.watchNoCheckpoint(error.id);
    case "not-a-number":
      return words.watchNotANumber(error.what);
  }
}

function expectedText(
  expected: (WatchError & { readonly kind: "syntax" })["expected"],
  words: InspectorWords,
): string {
  switch (expected) {
    case "value":
      return words.watchValue;
    case "operator":
      return words.watchOperator;
    default:
      return expected;
  }
}
