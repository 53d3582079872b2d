// T07: the source saves where it stands when it acknowledges, not where it stood at the barrier. Cousin of FLINK-2098.

import type { Bug } from "../bug.ts";

export const offsetAtAcknowledgement: Bug = {
  id: "offset-at-acknowledgement",
  ticket: "T07",
  title: "the source's offset is that of the acknowledgement, not that of the barrier",
  story:
    "A source goes on reading between its barrier and the end of its snapshot, and saves the position it has then. " +
    "A record emitted in between lies behind the barrier, so no state downstream holds it. " +
    "After a crash the source begins behind it, and it is lost.",
  excuse:
    "Serializing operator state was moved out of the synchronous part; that the positions move on meanwhile was overlooked.",
  edits: [
    {
      file: "sim/runtime/task/stream-operator.ts",
      find: `    const operator = this.#operatorState.snapshot();
    const operatorStates = this.#operatorState.states;
    return { operatorId: this.node.uid, keyed, operator, operatorStates };
`,
      replace: `    // Serialized when it is written, to keep the synchronous part short.
    const serialize = (): Uint8Array => {
      if (this.#splits !== undefined) this.#saveSplits(this.#splits());
      return this.#operatorState.snapshot();
    };
    return {
      operatorId: this.node.uid,
      keyed,
      get operator() {
        return serialize();
      },
      operatorStates: this.#operatorState.states,
    };
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { "world.task.async-cost": "25 ms" },
    faults: [
      {
        what: "task-throws",
        where: "source-1",
        when: { after: { event: "completion-received", place: "source-1", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "Checkpoint 1 is written slowly, source-1 emits a record meanwhile, and throws once the checkpoint is complete.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
