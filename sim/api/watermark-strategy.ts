// How a source's event time is told (Flink: WatermarkStrategy). There is no event time yet, so there is one
// strategy.

/** A strategy for watermarks. */
export interface WatermarkStrategy {
  readonly kind: "no-watermarks";
}

export const WatermarkStrategy = {
  /** No event time at all. */
  noWatermarks(): WatermarkStrategy {
    return { kind: "no-watermarks" };
  },
};
