// The checkpoint configuration: Flink's defaults, and what Flink would refuse.

import { describe, expect, test } from "vitest";
import { micros, millis, seconds } from "../../../sim/kernel/virtual-time.ts";
import {
  checkpointConfig,
  effectiveInterval,
} from "../../../sim/runtime/checkpoint/checkpoint-config.ts";
import { isDeletedAtEnd } from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";

describe("checkpointConfig", () => {
  test("checkpointConfig has Flink's defaults", () => {
    expect(checkpointConfig({})).toMatchObject({
      interval: undefined,
      timeout: seconds(600),
      minPause: 0,
      maxConcurrent: 1,
      numRetained: 1,
      tolerableFailures: 0,
      mode: "EXACTLY_ONCE",
      retention: "NO_EXTERNALIZED_CHECKPOINTS",
    });
  });

  test("checkpointConfig refuses what Flink refuses, naming the key", () => {
    expect(() => checkpointConfig({ interval: micros(9999) })).toThrow(
      "Cannot use execution.checkpointing.interval: found 9999 us, expected at least 10000 us",
    );
    expect(() => checkpointConfig({ timeout: millis(9) })).toThrow(/timeout/);
    expect(() => checkpointConfig({ maxConcurrent: 0 })).toThrow(/max-concurrent-checkpoints/);
    expect(() => checkpointConfig({ numRetained: 0 })).toThrow(/num-retained/);
    expect(() => checkpointConfig({ tolerableFailures: -1 })).toThrow(/tolerable/);
  });

  test("effectiveInterval is the interval or the longer pause", () => {
    const settings = { interval: seconds(1), minPause: seconds(2) };
    expect(effectiveInterval(checkpointConfig(settings))).toBe(seconds(2));
    expect(effectiveInterval(checkpointConfig({ minPause: seconds(2) }))).toBe(undefined);
  });

  test("isDeletedAtEnd follows the retention, and never deletes a savepoint", () => {
    const deletedBy = (retention: Parameters<typeof isDeletedAtEnd>[1]) =>
      (["FINISHED", "CANCELED", "FAILED"] as const).filter((status) =>
        isDeletedAtEnd("checkpoint", retention, status),
      );
    expect(deletedBy("NO_EXTERNALIZED_CHECKPOINTS")).toEqual(["FINISHED", "CANCELED", "FAILED"]);
    expect(deletedBy("DELETE_ON_CANCELLATION")).toEqual(["FINISHED", "CANCELED"]);
    expect(deletedBy("RETAIN_ON_CANCELLATION")).toEqual(["FINISHED"]);
    expect(isDeletedAtEnd("savepoint", "NO_EXTERNALIZED_CHECKPOINTS", "FAILED")).toBe(false);
  });
});
