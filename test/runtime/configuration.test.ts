// Values of options as they are typed: units, and nothing that no clock or no file could have.
import { expect, test } from "vitest";
import { Configuration, OPTIONS } from "../../sim/runtime/configuration.ts";

const { openCost, storageHostBandwidth, storageBandwidth } = OPTIONS;

test.each([
  ["3", 3000],
  ["2.4 ms", 2400],
  ["1s", 1_000_000],
  ["90 us", 90],
  ["0.5 min", 30_000_000],
  ["1 h", 3_600_000_000],
])("the duration %o is %i microseconds", (text, micros) => {
  expect(Configuration.of({ [openCost.key]: text }).get(openCost)).toBe(micros);
});

test.each(["-1 ms", "soon", "1 day", "99999999999 h", "", "1e3"])(
  "the duration %o is refused with what it may be",
  (text) => {
    expect(() => Configuration.of({ [openCost.key]: text })).toThrow(
      `Cannot set "${openCost.key}": found "${text}", expected a duration such as`,
    );
  },
);

test.each([
  ["125000000", 125_000_000],
  ["64 kb", 65_536],
  ["1MB", 1_048_576],
  ["0 b", 0],
])("the size %o is %i bytes", (text, bytes) => {
  const { key } = storageHostBandwidth;
  expect(Configuration.of({ [key]: text }).get(storageHostBandwidth)).toBe(bytes);
});

test.each([
  [storageHostBandwidth.key, "-1", "a size such as"],
  [storageHostBandwidth.key, "1.5 mb", "a size such as"],
  [storageHostBandwidth.key, "9999999999 gb", "a size such as"],
  [storageBandwidth.key, "0", 'a size such as "512 b", "20 kb" or "1 mb", at least 1 b'],
])("%s does not take %o", (key, text, wanted) => {
  expect(() => Configuration.of({ [key]: text })).toThrow(
    `Cannot set "${key}": found "${text}", expected ${wanted}`,
  );
});
