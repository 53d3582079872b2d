// While a simulation steps, the real clock and real chance are shut: a user's function that reaches for one is
// refused by name. The run is synchronous, so nothing else of the process notices.

import { NondeterminismError } from "../runtime/task/user-code.ts";

type Globals = { [name: string]: unknown };

const TIMERS = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"] as const;
const DATE_REPLACEMENT = "put the time into the data";
const CHANCE_REPLACEMENT = "put the chance into the data";

// Made once: a run is a few milliseconds, and would feel nine proxies.
const CLOSED_DATE = closed("Date", DATE_REPLACEMENT);
const CLOSED_RANDOM = closed("Math.random", CHANCE_REPLACEMENT);
const CLOSED_PERFORMANCE = closed("performance", DATE_REPLACEMENT);
const CLOSED_CRYPTO = closed("crypto", CHANCE_REPLACEMENT);
const CLOSED_TIMERS = TIMERS.map((name) => closed(name, "let the world deliver it"));

/** Runs `simulation` with the real clock, chance and timers shut. */
export function guarded<T>(simulation: () => T): T {
  // biome-ignore lint/style/noRestrictedGlobals: to shut the real clock and chance, they must be reached
  const globals = globalThis as unknown as Globals;
  // tidy-ignore math: to shut Math.random, Math itself must be in hand
  const math = Math as unknown as Globals;
  const saved = {
    date: globals["Date"],
    random: math["random"],
    performance: Object.getOwnPropertyDescriptor(globals, "performance"),
    crypto: Object.getOwnPropertyDescriptor(globals, "crypto"),
    timers: TIMERS.map((name) => globals[name]),
  };
  globals["Date"] = CLOSED_DATE;
  math["random"] = CLOSED_RANDOM;
  shut(globals, "performance", CLOSED_PERFORMANCE);
  shut(globals, "crypto", CLOSED_CRYPTO);
  for (const [index, name] of TIMERS.entries()) {
    if (name in globals) globals[name] = CLOSED_TIMERS[index];
  }
  try {
    return simulation();
  } finally {
    globals["Date"] = saved.date;
    math["random"] = saved.random;
    reopen(globals, "performance", saved.performance);
    reopen(globals, "crypto", saved.crypto);
    for (const [index, name] of TIMERS.entries()) {
      if (saved.timers[index] !== undefined) globals[name] = saved.timers[index];
    }
  }
}

function closed(name: string, replacement: string): unknown {
  // A function, since an arrow could not be constructed with `new`.
  const refuse = function refuse(): never {
    throw new NondeterminismError(
      `found ${name} while the simulation runs, a run may depend on its case alone: ${replacement}`,
    );
  };
  return new Proxy(refuse, { get: refuse, construct: refuse, apply: refuse });
}

function shut(globals: Globals, name: string, refusal: unknown): void {
  if (!(name in globals)) return;
  Object.defineProperty(globals, name, {
    configurable: true,
    get: refusal as () => unknown,
  });
}

function reopen(globals: Globals, name: string, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor !== undefined) Object.defineProperty(globals, name, descriptor);
}
