// Checkpoints in an object store: state files are spread by entropy, `_metadata` is not, and requests take longer.
import { expect, test } from "vitest";
import { checkpointLocationOf } from "../../sim/harness/checkpoint-location.ts";
import { withEntropy } from "../../sim/runtime/checkpoint/entropy-injection.ts";
import { Configuration, type ConfigValues } from "../../sim/runtime/configuration.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const S3: ConfigValues = {
  "execution.checkpointing.dir": "s3://bucket/_entropy_/checkpoints",
  "execution.checkpointing.data-inline-threshold": "0 b",
  "s3.entropy.key": "_entropy_",
  "s3.entropy.length": 3,
};
const STATE = /^bucket\/[0-9a-z]{3}\/checkpoints\/(chk-\d+|shared)\/[^/]+$/;
const METADATA = /^bucket\/checkpoints\/chk-\d+\/_metadata$/;

test.each<[string, ConfigValues]>([
  ["hashmap", {}],
  ["rocksdb", { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": true }],
])("a job checkpoints to an object store and recovers from it, with %s", (_, backend) => {
  const after = { event: "completion-received", place: "count-2", checkpoint: 1, nth: 1 } as const;
  const faults = [{ what: "task-manager-loses-disk", where: "task-manager-2", when: { after } }];
  const checked = runChecked({
    scenario: "word-count",
    seed: 1,
    faults,
    config: { ...S3, ...backend },
  });
  expect(complaintsOf(checked)).toEqual([]);
  expect(checked.run.unstruckFaults).toEqual([]);
  const written = checked.events.flatMap((event) => {
    return event.kind === "write-completed" && event.path.startsWith("bucket/") ? [event] : [];
  });
  const states = written.filter(({ path }) => STATE.test(path));
  const metadata = written.filter(({ path }) => METADATA.test(path));
  expect(states.length).toBeGreaterThan(5);
  expect(metadata.length).toBeGreaterThan(1);
  expect(states.length + metadata.length).toBe(written.length);
  expect(new Set(states.map(({ path }) => path.slice(0, 10))).size).toBeGreaterThan(3);
  for (const { path, time } of written) {
    const started = checked.events.find((event) => {
      return event.kind === "write-started" && event.path === path;
    });
    expect(time - (started?.time ?? 0)).toBeGreaterThanOrEqual(100_000);
  }
});

test("checkpointLocationOf takes only s3:// for an object store, and entropy only where it is asked for", () => {
  const locationOf = (config: ConfigValues) => checkpointLocationOf(Configuration.of(config));
  const dir = "execution.checkpointing.dir";
  expect(locationOf({})).toMatchObject({ directory: "checkpoints", objectStore: undefined });
  const file = locationOf({ ...S3, [dir]: "file:///_entropy_/checkpoints/" });
  expect(file.metadataDirectory).toBe("_entropy_/checkpoints");
  expect(file.entropy).toBeUndefined();
  const plain = locationOf({ [dir]: "s3a://bucket/checkpoints" });
  expect(plain.metadataDirectory).toBe("bucket/checkpoints");
  expect(plain.entropy).toBeUndefined();
  expect(plain.objectStore?.prefix).toBe("bucket/");
  // The key is looked for, and nothing is said if it is not there, as by Flink's EntropyInjector.
  const unmarked = locationOf({ ...S3, [dir]: "s3://bucket/checkpoints" });
  expect(unmarked.metadataDirectory).toBe("bucket/checkpoints");
  expect(withEntropy(`${unmarked.directory}/chk-1/x`, unmarked.entropy)).toBe(
    "bucket/checkpoints/chk-1/x",
  );
  expect(locationOf(S3).metadataDirectory).toBe("bucket/checkpoints");
});
