// Identities: written and read back, found and unique.
import { describe, expect, test } from "vitest";
import { EventIndex, identityText, parseIdentity } from "../../sim/trace/event-identity.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { HEADER, recordedRun } from "./recorded-run.ts";

const events = decodeEvents(recordedRun(40).blocks, HEADER.kinds);
const index = new EventIndex(events);

describe("EventIndex", () => {
  test("counts from 1 by kind, place and incarnation", () => {
    const at = { kind: "snapshot-taken", place: "count-2" } as const;
    const first = index.find({ ...at, incarnation: 0, ordinal: 1 });
    const restored = index.find({ ...at, incarnation: 1, ordinal: 1 });
    expect(events[first ?? -1]).toMatchObject({ ...at, incarnation: 0, checkpoint: 1 });
    expect(events[restored ?? -1]).toMatchObject({ ...at, incarnation: 1, checkpoint: 3 });
    expect(index.find({ ...at, incarnation: 0, ordinal: 2 })).toBeUndefined();
    expect(index.all({ ...at, incarnation: 0 })).toEqual([first]);
  });

  test("finds every event by its identity, and none shares one", () => {
    const texts = events.map((event) => identityText(index.identityOf(event.index)));
    expect(new Set(texts).size).toBe(events.length);
    const found = texts.map((text) => {
      const identity = parseIdentity(text);
      return identity === undefined ? undefined : index.find(identity);
    });
    expect(found).toEqual(events.map((event) => event.index));
  });

  test("refuses an index the trace does not have", () => {
    expect(() => index.identityOf(events.length)).toThrow("the trace does not have it");
  });
});

describe("identityText", () => {
  test("reads place#incarnation kind ordinal", () => {
    const identity = { kind: "snapshot-taken", place: "count-2", incarnation: 1, ordinal: 3 };
    expect(identityText(identity)).toBe("count-2#1 snapshot-taken 3");
    expect(parseIdentity("count-2#1 snapshot-taken 3")).toEqual(identity);
  });

  test("allows any place, even one that looks like an identity", () => {
    const identity = { kind: "task-failed", place: "a b#2 x 1", incarnation: 0, ordinal: 1 };
    expect(parseIdentity(identityText(identity))).toEqual(identity);
  });

  test.each(["", "count-2 snapshot-taken 3", "count-2#1 snapshot-taken 0", "a#01 b 1", "a#1 b"])(
    "is not %j",
    (text) => {
      expect(parseIdentity(text)).toBeUndefined();
    },
  );
});
