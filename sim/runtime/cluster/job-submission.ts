// Starts a job again from what it left (Flink: the restore settings of a submitted job). What it will be started from is
// read, checked and pointed to before the one write that makes the new submission count: until then nothing has changed.
//
//   savepoint noted? -> _metadata read -> fits the job -> pointer written -> submission written

import { must, unreachable } from "../../kernel/invariant.ts";
import type { SharedStorage, StorageAsker, StorageOutcome } from "../../storage/shared-storage.ts";
import type { OperatorDescription } from "../checkpoint/checkpoint-plan.ts";
import type { CompletedCheckpoint } from "../checkpoint/completed-checkpoint.ts";
import { restoreState } from "../checkpoint/state-assignment.ts";
import { type DurableSubmission, HighAvailabilityServices } from "./high-availability-services.ts";
import { completedCheckpointOf } from "./read-checkpoint.ts";
import type { ResumeRequest } from "./user-requests.ts";

/** What the storage is asked for meanwhile. */
export type SubmissionTag =
  | { readonly kind: "resume-metadata-read"; readonly path: string }
  | { readonly kind: "start-pointer-written" }
  | { readonly kind: "submission-written" };

/** What came of an answer. */
export type SubmissionStep =
  | { readonly kind: "waiting" }
  | { readonly kind: "refused"; readonly reason: string }
  | {
      readonly kind: "submitted";
      readonly submission: DurableSubmission;
      readonly checkpoint: CompletedCheckpoint;
    };

/** What a job has left, and the operators it is to have. */
export interface SubmissionGrounds {
  /** The `_metadata` of the newest snapshot of its store that stayed. */
  readonly retained: string | undefined;
  readonly savepoint: string | undefined;
  readonly operators: readonly OperatorDescription[];
}

const WAITING: SubmissionStep = { kind: "waiting" };
const SNAPSHOT_NUMBER = /(?:chk|savepoint)-(\d+)\/_metadata$/;

/** One submission at a time, from the request to the write that makes it count. */
export class JobSubmission {
  readonly #storage: SharedStorage;
  readonly #asker: (tag: SubmissionTag) => StorageAsker;
  #request: ResumeRequest | undefined;
  #operators: readonly OperatorDescription[] = [];
  #checkpoint: CompletedCheckpoint | undefined;

  constructor(options: {
    readonly storage: SharedStorage;
    /** Who is answered, with a tag. */
    readonly asker: (tag: SubmissionTag) => StorageAsker;
  }) {
    this.#storage = options.storage;
    this.#asker = options.asker;
  }

  /** Begins, unless it has begun. Returns why it cannot. */
  begin(request: ResumeRequest, grounds: SubmissionGrounds): string | undefined {
    if (this.#request !== undefined) return undefined;
    const path = pathOf(request, grounds);
    if (path === undefined) {
      return request.from === "savepoint"
        ? "there is no savepoint"
        : "there is no savepoint, and no checkpoint was retained";
    }
    this.#request = request;
    this.#operators = grounds.operators;
    const tag = { kind: "resume-metadata-read", path } as const;
    this.#storage.request({ kind: "read", path }, this.#asker(tag));
    return undefined;
  }

  /** Goes on with an answer of the storage. */
  onAnswer(tag: SubmissionTag, outcome: StorageOutcome): SubmissionStep {
    switch (tag.kind) {
      case "resume-metadata-read":
        return this.#onRead(tag.path, outcome);
      case "start-pointer-written":
        if (outcome.kind === "failed") this.#writePointer();
        else this.#writeSubmission();
        return WAITING;
      case "submission-written":
        if (outcome.kind !== "failed") return this.#submitted();
        this.#writeSubmission();
        return WAITING;
      default:
        return unreachable(tag);
    }
  }

  #onRead(path: string, outcome: StorageOutcome): SubmissionStep {
    const read = completedCheckpointOf(path, outcome);
    if (read.kind === "unreadable") return this.#refuse(read.reason);
    const { checkpoint } = read;
    const options = { ignoresUnclaimedState: false };
    const assignment = restoreState(checkpoint, this.#operators, options);
    if (assignment.kind === "refused") return this.#refuse(assignment.message);
    this.#checkpoint = checkpoint;
    this.#writePointer();
    return WAITING;
  }

  #refuse(reason: string): SubmissionStep {
    this.#request = undefined;
    return { kind: "refused", reason };
  }

  #writePointer(): void {
    const { id: checkpoint, metadataPath } = this.#found;
    const pointer = { checkpoint, metadataPath };
    this.#services.addPointer(pointer, this.#asker({ kind: "start-pointer-written" }));
  }

  #writeSubmission(): void {
    const asker = this.#asker({ kind: "submission-written" });
    this.#services.writeSubmission(this.#submission, asker);
  }

  #submitted(): SubmissionStep {
    const submitted = { submission: this.#submission, checkpoint: this.#found };
    this.#request = undefined;
    return { kind: "submitted", ...submitted };
  }

  get #submission(): DurableSubmission {
    const { submission: number, claimMode } = must(this.#request, "request to resume");
    return { number, claimMode, checkpoint: this.#found.id };
  }

  get #found(): CompletedCheckpoint {
    return must(this.#checkpoint, "checkpoint to start from");
  }

  get #services(): HighAvailabilityServices {
    return new HighAvailabilityServices(this.#storage, this.#submission.number);
  }
}

/** Where the snapshot asked for lies; ids go on over all submissions, so the highest is the newest. */
function pathOf(
  { from }: ResumeRequest,
  { retained, savepoint }: SubmissionGrounds,
): string | undefined {
  if (from === "savepoint" || retained === undefined) return savepoint;
  if (savepoint === undefined) return retained;
  return numberOf(savepoint) > numberOf(retained) ? savepoint : retained;
}

function numberOf(path: string): number {
  return Number(SNAPSHOT_NUMBER.exec(path)?.[1] ?? 0);
}
