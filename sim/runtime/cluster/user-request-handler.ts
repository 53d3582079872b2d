// Serves what users ask for, one request after the other (Flink: the REST handlers, and StopWithSavepointTerminationManager).
// It knows when a request can be served and when it has been; what a job then does, the job does itself.
//
//   stop:   periodic checkpoints end -> savepoint -> the tasks finish, or the job goes on and is asked again
//   cancel: the tasks are canceled -> all ended
//   resume: ended, and nothing left to delete -> a JobSubmission -> the job starts again

import type { Actor } from "../../kernel/actor.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { micros, seconds } from "../../kernel/virtual-time.ts";
import type { StorageOutcome } from "../../storage/shared-storage.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { ClusterRecorder } from "./events.ts";
import type {
  JobSubmission,
  SubmissionGrounds,
  SubmissionStep,
  SubmissionTag,
} from "./job-submission.ts";
import type { ResumeRequest, UserRequests } from "./user-requests.ts";

/** Where a job stands, as far as it matters to its users. */
export interface JobStanding {
  /** Whether everything durable has been read, or found unreadable. */
  readonly isLoaded: boolean;
  readonly isRunning: boolean;
  readonly isOver: boolean;
  /** Whether it has come to the end of its input, so that nothing is left to go on with. */
  readonly hasWorkedOff: boolean;
  /** Whether files are still being deleted that its end made superfluous. */
  readonly isCleaningUp: boolean;
  readonly submission: number;
  readonly attempt: number;
}

/** The job whose users are served. */
export interface ServedJob {
  standing(): JobStanding;
  /** What it has left to start `submission` of it from. */
  grounds(submission: number): SubmissionGrounds;
  /** Ends periodic checkpoints, and aborts those under way. */
  suspendCheckpoints(): void;
  /** Takes the savepoint with which all tasks finish. */
  takeLastSavepoint(format: SavepointFormat): void;
  /** Cancels all tasks, unless they are on their way out already. */
  cancel(): void;
  /** Goes on as the submission that has been written down. */
  startAgain(submitted: Extract<SubmissionStep, { kind: "submitted" }>): void;
}

/** What a job master hears of a stop that came to nothing: that its attempt goes on, and that it is asked again. */
export type UserTimer =
  | { readonly kind: "stop-failed"; readonly attempt: number }
  | { readonly kind: "users-ask-again" };

/** After this a user asks again for what could not be done. */
const RETRY = seconds(1);

/** Whoever serves the users of a job, during one leadership over it. */
export class UserRequestHandler {
  readonly #owner: Actor;
  readonly #simulation: Simulation;
  readonly #recorder: ClusterRecorder;
  readonly #requests: UserRequests;
  readonly #submissions: Pick<JobSubmission, "begin" | "onAnswer">;
  readonly #job: ServedJob;
  #isStopping = false;

  constructor(options: {
    /** The job master, which gets each {@link UserTimer}. */
    readonly owner: Actor;
    readonly simulation: Simulation;
    readonly recorder: ClusterRecorder;
    readonly requests: UserRequests;
    readonly submissions: Pick<JobSubmission, "begin" | "onAnswer">;
    readonly job: ServedJob;
  }) {
    this.#owner = options.owner;
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#requests = options.requests;
    this.#submissions = options.submissions;
    this.#job = options.job;
  }

  /** Whether a savepoint is under way that is to end the job, or has ended it. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Looks at what users ask for, and has done what can be done now. Owed whenever the job's standing has changed. */
  serve(): void {
    const request = this.#requests.first;
    if (request === undefined) return;
    const { isLoaded, isOver, isCleaningUp, isRunning } = this.#job.standing();
    if (!isLoaded) return;
    if (request.kind === "resume") {
      if (isOver && !isCleaningUp) this.#resume(request);
      return;
    }
    if (isOver) {
      this.#requests.answered();
      this.serve();
      return;
    }
    if (request.kind === "cancel") this.#job.cancel();
    else if (isRunning && !this.#isStopping) this.#stop(request.format);
  }

  /** The storage has answered a request made for a submission. */
  onStorageAnswer(tag: SubmissionTag, outcome: StorageOutcome): void {
    const step = this.#submissions.onAnswer(tag, outcome);
    if (step.kind === "refused") this.#refuse(step.reason);
    if (step.kind !== "submitted") return;
    this.#requests.answered();
    this.#isStopping = false;
    this.#job.startAgain(step);
  }

  /** The savepoint that should have ended the job has failed. Unless that fails it too, the job goes on. */
  lastSavepointFailed(): void {
    if (!this.#isStopping) return;
    this.#isStopping = false;
    const { attempt } = this.#job.standing();
    this.#schedule(micros(0), { kind: "stop-failed", attempt });
    this.#schedule(RETRY, { kind: "users-ask-again" });
  }

  /** The job fails or is canceled: whatever becomes of the savepoint, it does not end the job any more. */
  abandonStop(): void {
    this.#isStopping = false;
  }

  #stop(format: SavepointFormat): void {
    // Savepoints that are aborted here are others, whose failure is none of the stop's.
    this.#job.suspendCheckpoints();
    this.#isStopping = true;
    this.#job.takeLastSavepoint(format);
  }

  #resume(request: ResumeRequest): void {
    const { hasWorkedOff, submission } = this.#job.standing();
    if (hasWorkedOff) {
      this.#refuse("the job has worked off all its input");
    } else if (request.submission <= submission) {
      this.#refuse(`submission ${submission} has come first`);
    } else {
      const problem = this.#submissions.begin(request, this.#job.grounds(request.submission));
      if (problem !== undefined) this.#refuse(problem);
    }
  }

  #refuse(reason: string): void {
    this.#recorder.record("submission-refused", this.#owner.incarnation, { reason });
    this.#requests.answered();
    this.serve();
  }

  #schedule(delay: Parameters<Simulation["schedule"]>[0], timer: UserTimer): void {
    this.#simulation.schedule(delay, this.#owner, timer);
  }
}
