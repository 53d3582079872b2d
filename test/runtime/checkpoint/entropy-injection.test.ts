// Entropy is for files of state alone, the same in every run, and keeps files apart.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withEntropy, withoutEntropy } from "../../../sim/runtime/checkpoint/entropy-injection.ts";

const S3 = { key: "_entropy_", length: 4 };

test("withoutEntropy leaves no trace of the key, wherever it is (Flink: EntropyInjectorTest)", () => {
  const vectors = [
    ["bucket/_entropy_/checkpoints", "bucket/checkpoints"],
    ["_entropy_/checkpoints", "checkpoints"],
    ["bucket/checkpoints/_entropy_", "bucket/checkpoints/"],
    ["bucket/a-_entropy_-b/checkpoints", "bucket/a--b/checkpoints"],
    ["bucket/checkpoints", "bucket/checkpoints"],
  ] as const;
  for (const [directory, expected] of vectors) {
    expect(withoutEntropy(directory, S3)).toBe(expected);
    expect(withoutEntropy(directory, undefined)).toBe(directory);
  }
});

test("withEntropy puts so many characters in the place of the key, and else changes nothing", () => {
  const name = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
  const property = fc.property(
    name,
    name,
    fc.integer({ min: 1, max: 12 }),
    (head, tail, length) => {
      const entropy = { key: "_entropy_", length };
      const path = `${head}/_entropy_/${tail}`;
      const located = withEntropy(path, entropy);
      expect(located).toMatch(new RegExp(`^${head}/[0-9a-z]{${length}}/${tail}$`));
      expect(withEntropy(path, entropy)).toBe(located);
      expect(withEntropy(`${head}/${tail}`, entropy)).toBe(`${head}/${tail}`);
      expect(withEntropy(path, undefined)).toBe(path);
    },
  );
  fc.assert(property);
});

test("withEntropy spreads files over many beginnings", () => {
  const paths = Array.from(
    { length: 1000 },
    (_, file) => `bucket/_entropy_/chk-1/count-1-0-${file}`,
  );
  const beginnings = paths.map((path) =>
    withEntropy(path, { key: "_entropy_", length: 1 }).slice(0, 8),
  );
  expect(new Set(beginnings).size).toBe(36);
  const located = paths.map((path) => withEntropy(path, S3));
  expect(new Set(located).size).toBe(paths.length);
});
