// Which completed checkpoints are kept and which have had their day (Flink: DefaultCompletedCheckpointStore,
// CheckpointSubsumeHelper). The newest is what the job recovers from, and is never pushed out.

import { invariant } from "../../kernel/invariant.ts";
import type { CheckpointId } from "../stream-element.ts";
import { isSavepoint } from "./checkpoint-properties.ts";
import type { CompletedCheckpoint } from "./completed-checkpoint.ts";

/** What the store asks for when a checkpoint has been pushed out. */
export interface SubsumeCheckpoint {
  readonly kind: "subsume";
  readonly checkpoint: CompletedCheckpoint;
  /** The newer checkpoint that took its place. */
  readonly by: CheckpointId;
}

/** The completed checkpoints the job may be recovered from. */
export class CompletedCheckpointStore {
  readonly #numRetained: number;
  /** By id, the oldest first. */
  #checkpoints: readonly CompletedCheckpoint[] = [];

  constructor(numRetained: number) {
    invariant(
      numRetained >= 1,
      () => `Cannot keep ${numRetained} checkpoints: at least one is needed`,
    );
    this.#numRetained = numRetained;
  }

  /** Everything stored, the oldest first. */
  get all(): readonly CompletedCheckpoint[] {
    return this.#checkpoints;
  }

  /** The newest: what the job recovers from. */
  get latest(): CompletedCheckpoint | undefined {
    return this.#checkpoints.at(-1);
  }

  has(checkpoint: CheckpointId): boolean {
    return this.#checkpoints.some((stored) => stored.id === checkpoint);
  }

  /** Takes what the pointers of an earlier leadership lead to, in any order. */
  recover(checkpoints: readonly CompletedCheckpoint[]): void {
    this.#checkpoints = sortById(checkpoints);
  }

  /** Takes in `checkpoint`, whose pointer has been written, and names those it pushes out, oldest first. */
  add(checkpoint: CompletedCheckpoint): readonly SubsumeCheckpoint[] {
    const subsumed = this.subsumedBy(checkpoint);
    const gone = new Set(subsumed.map((command) => command.checkpoint.id));
    this.#checkpoints = sortById([...this.#without(checkpoint.id), checkpoint]).filter(
      (stored) => !gone.has(stored.id),
    );
    return subsumed;
  }

  /** What adding `checkpoint` would push out, oldest first. */
  subsumedBy(checkpoint: CompletedCheckpoint): readonly SubsumeCheckpoint[] {
    const checkpoints = sortById([...this.#without(checkpoint.id), checkpoint]);
    const latest = checkpoints.at(-1);
    const latestCheckpoint = checkpoints.findLast((stored) => !isSavepoint(stored.kind));
    const isStopping = latest?.kind === "synchronous-savepoint";
    const subsumed: SubsumeCheckpoint[] = [];
    for (const stored of checkpoints) {
      if (checkpoints.length - subsumed.length <= this.#numRetained) break;
      if (stored === latest) continue;
      if (stored === latestCheckpoint && !isStopping) continue;
      subsumed.push({ kind: "subsume", checkpoint: stored, by: checkpoint.id });
    }
    return subsumed;
  }

  /** Forgets everything, and returns it, the oldest first. */
  clear(): readonly CompletedCheckpoint[] {
    const all = this.#checkpoints;
    this.#checkpoints = [];
    return all;
  }

  /** An equal store that shares nothing with this one. */
  clone(): CompletedCheckpointStore {
    const copy = new CompletedCheckpointStore(this.#numRetained);
    copy.#checkpoints = this.#checkpoints;
    return copy;
  }

  /** Plain data that determines everything this store will do. */
  describeState(): unknown {
    return { checkpoints: this.#checkpoints };
  }

  #without(checkpoint: CheckpointId): readonly CompletedCheckpoint[] {
    return this.#checkpoints.filter((stored) => stored.id !== checkpoint);
  }
}

function sortById(checkpoints: readonly CompletedCheckpoint[]): readonly CompletedCheckpoint[] {
  return checkpoints.toSorted((a, b) => a.id - b.id);
}
