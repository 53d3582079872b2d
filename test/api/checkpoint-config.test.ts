// The environment's settings are configuration values under Flink's keys; what is set later wins.
import { expect, test } from "vitest";
import { CheckpointingMode, FsStateBackend, StreamExecutionEnvironment } from "../../sim/index.ts";

test("CheckpointConfig writes Flink's keys", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(60000, CheckpointingMode.AT_LEAST_ONCE);
  env
    .getCheckpointConfig()
    .setCheckpointTimeout(5000)
    .setMinPauseBetweenCheckpoints(500)
    .setMaxConcurrentCheckpoints(2)
    .setTolerableCheckpointFailureNumber(3);
  expect(env.configuration).toEqual({
    "execution.checkpointing.interval": "60000 ms",
    "execution.checkpointing.mode": "AT_LEAST_ONCE",
    "execution.checkpointing.timeout": "5000 ms",
    "execution.checkpointing.min-pause": "500 ms",
    "execution.checkpointing.max-concurrent-checkpoints": 2,
    "execution.checkpointing.tolerable-failed-checkpoints": 3,
  });
});

test("what is set later wins", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(1000);
  env.getCheckpointConfig().setCheckpointInterval(2000);
  env.configure({ "parallelism.default": 3 }).setParallelism(4);
  expect(env.configuration).toEqual({
    "execution.checkpointing.interval": "2000 ms",
    "parallelism.default": 4,
  });
});

test("a state backend with a path says where checkpoints go", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.setStateBackend(new FsStateBackend("file:///somewhere"));
  expect(env.configuration).toEqual({
    "state.backend.type": "hashmap",
    "execution.checkpointing.storage": "filesystem",
    "execution.checkpointing.dir": "file:///somewhere",
  });
});
