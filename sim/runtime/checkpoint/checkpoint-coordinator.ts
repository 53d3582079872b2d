// The coordinator's half of the protocol, as a pure state machine (Flink: CheckpointCoordinator). Each method is
// something that happened; each answer is what to do about it. One checkpoint at a time is finalized, as under
// Flink's lock, and the order of finalizing is the safety of the whole engine:
//
//   all acknowledged -> _metadata written -> pointer stored -> older ones subsumed -> tasks told

import { invariant, unreachable } from "../../kernel/invariant.ts";
import { after, type Duration, type Instant, instant } from "../../kernel/virtual-time.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import { type RecoveryClaimMode, SharedStateRegistry } from "../state/shared-state-registry.ts";
import { type AlignmentType, type CheckpointId, checkpointId } from "../stream-element.ts";
import {
  type CheckpointCoordinatorConfig,
  effectiveInterval,
  type JobStatusAtEnd,
} from "./checkpoint-config.ts";
import { type CheckpointFailure, CheckpointFailureManager } from "./checkpoint-failure-manager.ts";
import { type CheckpointFailureReason, meaningOf } from "./checkpoint-failure-reason.ts";
import { encodeCheckpointMetadata } from "./checkpoint-metadata.ts";
import type { CheckpointPlan, CheckpointPlanRefusal } from "./checkpoint-plan.ts";
import {
  CHECKPOINT_PROPERTIES,
  type CheckpointProperties,
  isAnnounced,
  isDeletedAtEnd,
  isDeletedWhenSubsumed,
  isSavepoint,
  isStored,
  type SnapshotKind,
} from "./checkpoint-properties.ts";
import {
  CheckpointRequestDecider,
  type CheckpointTriggerRequest,
  type DeciderCommand,
  REQUEST_QUEUE_CAPACITY,
  type TriggerSituation,
} from "./checkpoint-request-decider.ts";
import { CheckpointsCleaner } from "./checkpoints-cleaner.ts";
import {
  type CompletedCheckpoint,
  checkpointedBytesOf,
  filesOf,
  sharedFilesOfCheckpoint,
  sizeBytesOf,
} from "./completed-checkpoint.ts";
import { CompletedCheckpointStore, type SubsumeCheckpoint } from "./completed-checkpoint-store.ts";
import type {
  Acknowledgement,
  CoordinatorCommand,
  CoordinatorTimer,
  Decline,
  FailJob,
  StoreOutcome,
} from "./coordinator-command.ts";
import { type AcknowledgeOutcome, PendingCheckpoint } from "./pending-checkpoint.ts";
import {
  filesToDiscard,
  registerRecoveredFiles,
  registerSharedFiles,
  unusedFiles,
  withOwnFiles,
} from "./shared-files.ts";
import type { StateHandle } from "./state-handle.ts";
import type { TaskRef } from "./task-ref.ts";

/** A request being triggered: its plan is awaited, or with the plan in hand its id. */
type Triggering =
  | { readonly phase: "planning"; readonly request: CheckpointTriggerRequest }
  | {
      readonly phase: "allocating-id";
      readonly request: CheckpointTriggerRequest;
      readonly plan: CheckpointPlan;
      readonly timestamp: Instant;
    };

/** The one fully acknowledged checkpoint whose metadata, or then whose pointer, is being written. */
interface Finalizing {
  readonly phase: "writing-metadata" | "storing";
  readonly completed: CompletedCheckpoint;
}

/** What a job was started from (Flink: SavepointRestoreSettings, once they are resolved). */
export interface RestoredCheckpoint {
  readonly checkpoint: CheckpointId;
  readonly claimMode: RecoveryClaimMode;
}

/** Whether and when periodic checkpoints are triggered. */
type Scheduler =
  | { readonly kind: "stopped" }
  /** `next` is absent if there is no interval: only the user triggers. */
  | { readonly kind: "running"; readonly next: Instant | undefined }
  | { readonly kind: "shut-down"; readonly status: JobStatusAtEnd };

/** The coordinator's own helpers, each with a state of its own. */
interface CoordinatorParts {
  readonly decider: CheckpointRequestDecider;
  readonly failureManager: CheckpointFailureManager;
  readonly store: CompletedCheckpointStore;
  readonly registry: SharedStateRegistry;
  readonly cleaner: CheckpointsCleaner;
}

/** Ended checkpoints that are remembered, to know late messages from senseless ones. */
const REMEMBERED_CHECKPOINTS = 16;

/** Decides when a checkpoint begins, collects its acknowledgements, and completes or aborts it. */
export class CheckpointCoordinator {
  readonly #config: CheckpointCoordinatorConfig;
  readonly #decider: CheckpointRequestDecider;
  readonly #failureManager: CheckpointFailureManager;
  readonly #store: CompletedCheckpointStore;
  readonly #registry: SharedStateRegistry;
  readonly #cleaner: CheckpointsCleaner;
  #scheduler: Scheduler = { kind: "stopped" };
  #requestCount = 0;
  #triggering: Triggering | undefined;
  /** Open checkpoints by id, in the order they were opened. */
  readonly #pending = new Map<CheckpointId, PendingCheckpoint>();
  /** Fully acknowledged checkpoints that wait to be finalized, first come first. */
  #awaitingFinalization: readonly CheckpointId[] = [];
  #finalizing: Finalizing | undefined;
  #lastCompletion: Instant | undefined;
  #latestRestored: CheckpointId | undefined;
  /** Aborted checkpoints, the latest last. */
  #remembered: readonly CheckpointId[] = [];
  /** The oldest checkpoint that stays for the user although the job has ended. */
  #keptAtEnd: CheckpointId | undefined;
  /** What the job was started from, if it was: its first attempts' checkpoint. */
  #startedFrom: RestoredCheckpoint | undefined;
  /** Ended checkpoints whose files no late message may delete: savepoints, and pointers of unknown fate. */
  readonly #untouchable = new Set<CheckpointId>();

  /** `parts` are for cloning only: a coordinator is made from its configuration. */
  constructor(config: CheckpointCoordinatorConfig, parts: CoordinatorParts = partsOf(config)) {
    this.#config = config;
    this.#decider = parts.decider;
    this.#failureManager = parts.failureManager;
    this.#store = parts.store;
    this.#registry = parts.registry;
    this.#cleaner = parts.cleaner;
  }

  /** Completed checkpoints the job may be recovered from, the oldest first. */
  get completedCheckpoints(): readonly CompletedCheckpoint[] {
    return this.#store.all;
  }

  /** What the job recovers from. Not to be relied on while {@link isStoring}. */
  get latestCompleted(): CompletedCheckpoint | undefined {
    return this.#store.latest;
  }

  /** True while a pointer is being written. A restore must wait for its fate, which may be a newer checkpoint. */
  get isStoring(): boolean {
    return this.#finalizing?.phase === "storing";
  }

  /** Open checkpoints, in the order they were opened. */
  get pendingCheckpoints(): readonly PendingCheckpoint[] {
    return [...this.#pending.values()];
  }

  /** Requests that wait for their turn, the next one first. */
  get queuedRequests(): readonly CheckpointTriggerRequest[] {
    return this.#decider.queue;
  }

  get isTriggering(): boolean {
    return this.#triggering !== undefined;
  }

  /** The checkpoint that the running attempts were restored from. */
  get latestRestored(): CheckpointId | undefined {
    return this.#latestRestored;
  }

  // The scheduler.

  /** The first periodic delay is drawn between these, both included, so that jobs do not beat in time. */
  firstDelayBounds(): { readonly min: Duration; readonly max: Duration } | undefined {
    const max = effectiveInterval(this.#config);
    return max === undefined ? undefined : { min: this.#config.minPause, max };
  }

  /** The job is RUNNING. `firstDelay` is drawn within {@link firstDelayBounds}, and unused if there are none. */
  startScheduler(now: Instant, firstDelay: Duration): readonly CoordinatorCommand[] {
    invariant(
      this.#scheduler.kind !== "shut-down",
      "Cannot start the periodic scheduler: the coordinator has been shut down",
    );
    const bounds = this.firstDelayBounds();
    if (bounds === undefined) {
      this.#scheduler = { kind: "running", next: undefined };
      return [];
    }
    invariant(
      bounds.min <= firstDelay && firstDelay <= bounds.max,
      () =>
        `Cannot start the periodic scheduler: the first delay is ${firstDelay}, expected ${bounds.min} to ${bounds.max}`,
    );
    return this.#schedulePeriodic(after(now, firstDelay));
  }

  /** The job has left RUNNING: everything open is aborted, everything asked for is refused. */
  stopScheduler(
    now: Instant,
    reason: CheckpointFailureReason = "CHECKPOINT_COORDINATOR_SUSPEND",
  ): readonly CoordinatorCommand[] {
    return this.#stop({ kind: "stopped" }, reason, now);
  }

  /** The job has ended with `status`: nothing more is triggered, and checkpoints go as they were to be retained. */
  shutdown(status: JobStatusAtEnd, now: Instant): readonly CoordinatorCommand[] {
    const shutDown = { kind: "shut-down", status } as const;
    return inOrder([
      ...this.#stop(shutDown, "CHECKPOINT_COORDINATOR_SHUTDOWN", now),
      ...this.#dropAtEnd(),
    ]);
  }

  /** A timer set by `set-timer` has fired. */
  timerFired(timer: CoordinatorTimer, now: Instant): readonly CoordinatorCommand[] {
    switch (timer.kind) {
      case "periodic-trigger":
        return this.#triggerPeriodic(now);
      case "checkpoint-timeout":
        return this.#endEarly(timer.checkpoint, "CHECKPOINT_EXPIRED", now);
      default:
        return unreachable(timer);
    }
  }

  // Triggering.

  /** Someone asks for a checkpoint. */
  trigger(
    request: { readonly isPeriodic: boolean; readonly properties: CheckpointProperties },
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const { isPeriodic, properties } = request;
    const numbered = { sequence: ++this.#requestCount, timestamp: now, isPeriodic, properties };
    const refusal = this.#precheck(numbered);
    if (refusal !== undefined) return this.#refuse(numbered, refusal);
    return this.#carryOut(this.#decider.submit(numbered, this.#situation(now)), now);
  }

  /** Answers `calculate-plan`. */
  planCalculated(
    trigger: number,
    plan: CheckpointPlan | CheckpointPlanRefusal,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const triggering = this.#triggering;
    if (triggering?.phase !== "planning" || triggering.request.sequence !== trigger) return [];
    const { request } = triggering;
    if (plan.kind === "refusal") {
      return this.#endTriggering(this.#refuse(request, plan.reason), now);
    }
    this.#triggering = { phase: "allocating-id", request, plan, timestamp: now };
    return [{ kind: "allocate-id", trigger }];
  }

  /** Answers `allocate-id`. The id is used up even if the request has been refused meanwhile. */
  idAllocated(trigger: number, id: CheckpointId, now: Instant): readonly CoordinatorCommand[] {
    const triggering = this.#triggering;
    if (triggering?.phase !== "allocating-id") return [];
    if (triggering.request.sequence !== trigger) return [];
    const { request, plan, timestamp } = triggering;
    const tasks = this.#config.isUncoordinated ? plan.tasksToWaitFor : plan.tasksToTrigger;
    invariant(
      !this.#pending.has(id),
      () => `Cannot open checkpoint ${id}: the id is already in use`,
    );
    this.#pending.set(
      id,
      new PendingCheckpoint({
        id,
        timestamp,
        properties: request.properties,
        plan,
        base: this.#store.latest?.id,
      }),
    );
    return this.#endTriggering(
      [
        {
          kind: "record",
          event: "checkpoint-triggered",
          fields: { checkpoint: id, tasks: tasks.length },
        },
        { kind: "set-timer", timer: timeoutOf(id), at: after(now, this.#config.timeout) },
        {
          kind: "trigger-tasks",
          checkpoint: id,
          timestamp,
          tasks,
          alignment: this.#alignment,
          ...this.#savepointOf(id, request.properties),
        },
      ],
      now,
    );
  }

  /** Answers `allocate-id` when the counter cannot be read. */
  idAllocationFailed(
    trigger: number,
    reason: "IO_EXCEPTION" | "TRIGGER_CHECKPOINT_FAILURE",
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const triggering = this.#triggering;
    if (triggering?.phase !== "allocating-id") return [];
    if (triggering.request.sequence !== trigger) return [];
    return this.#endTriggering(this.#refuse(triggering.request, reason), now);
  }

  // Collecting.

  /** A task has made its snapshot durable. Late, repeated and foreign messages are harmless. */
  acknowledge(acknowledgement: Acknowledgement, now: Instant): readonly CoordinatorCommand[] {
    const { checkpoint, task, operatorStates } = acknowledgement;
    // Whatever becomes of the acknowledgement: what is not registered is deleted by nobody. A savepoint stands alone.
    const isSharing = !this.#isOfSavepoint(checkpoint);
    const known = !isSharing
      ? withOwnFiles(acknowledgement)
      : registerSharedFiles(this.#registry, acknowledgement);
    const outcome = known === undefined ? "refused" : this.#takeIn(known);
    const bytes = operatorStates.reduce(
      (sum, { state }) => sum + (state?.checkpointedBytes ?? 0),
      0,
    );
    const recorded: CoordinatorCommand = {
      kind: "record",
      event: "acknowledgement-received",
      fields: { checkpoint, task: task.task, attempt: task.attempt, outcome, bytes },
    };
    switch (outcome) {
      case "success":
        if (this.#pending.get(checkpoint)?.isFullyAcknowledged !== true) return [recorded];
        this.#awaitingFinalization = [...this.#awaitingFinalization, checkpoint];
        return [recorded, ...this.#finalizeNext(now)];
      case "duplicate":
        return [recorded];
      case "unknown":
      case "discarded":
      case "refused": {
        const files = filesToDiscard(acknowledgement, isSharing && known !== undefined);
        return [recorded, ...discardState(checkpoint, files), ...this.#discardAtEnd(checkpoint)];
      }
      default:
        return unreachable(outcome);
    }
  }

  /** A task cannot take part: one is enough to abort the checkpoint. */
  decline(decline: Decline, now: Instant): readonly CoordinatorCommand[] {
    const { checkpoint, task, reason } = decline;
    return inOrder([
      {
        kind: "record",
        event: "decline-received",
        fields: { checkpoint, task: task.task, attempt: task.attempt, reason },
      },
      ...this.#endEarly(checkpoint, reason, now, task),
    ]);
  }

  /** Aborts every checkpoint still open, for instance because tasks are being restored. */
  abortPendingCheckpoints(
    reason: CheckpointFailureReason,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    return inOrder([...this.#abortAll(reason), ...this.#decide(now)]);
  }

  // Finalizing.

  /** Answers `write-metadata`. */
  metadataWritten(
    checkpoint: CheckpointId,
    isWritten: boolean,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const finalizing = this.#finalizing;
    if (finalizing?.phase !== "writing-metadata" || finalizing.completed.id !== checkpoint) {
      return this.#cleaner.orphanWritten(checkpoint);
    }
    const { completed } = finalizing;
    if (!isWritten) return this.#failFinalizing(completed, now);
    if (!isStored(completed.kind)) return this.#complete(completed, [], now);
    this.#finalizing = { phase: "storing", completed };
    const { metadataPath } = completed;
    return [{ kind: "store-checkpoint", pointer: { checkpoint, metadataPath } }];
  }

  /** Answers `store-checkpoint`. From `stored` on, this checkpoint is what the job recovers from. */
  checkpointStored(
    checkpoint: CheckpointId,
    outcome: StoreOutcome,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const finalizing = this.#finalizing;
    if (finalizing?.phase !== "storing" || finalizing.completed.id !== checkpoint) return [];
    const { completed } = finalizing;
    if (outcome === "unknown") this.#untouchable.add(checkpoint);
    if (outcome !== "stored") return this.#failFinalizing(completed, now);
    const commands = this.#complete(completed, this.#store.add(completed), now);
    return [...commands, ...this.#dropAtEnd()];
  }

  // Cleaning.

  /** Answers `drop-pointer`. */
  pointerDropped(checkpoint: CheckpointId, now: Instant): readonly CoordinatorCommand[] {
    return [
      ...this.#cleaner.pointerDropped(checkpoint),
      ...this.#discardUnused(checkpoint),
      ...this.#decide(now),
    ];
  }

  /** Answers `discard-checkpoint`, whether or not all files could be deleted. */
  checkpointDiscarded(checkpoint: CheckpointId, now: Instant): readonly CoordinatorCommand[] {
    this.#cleaner.checkpointDiscarded(checkpoint);
    return this.#decide(now);
  }

  /** Files that attempts have left which have ended: those that no checkpoint was ever handed are nobody's. */
  attemptsLeft(files: readonly string[]): readonly CoordinatorCommand[] {
    return discardState(
      checkpointId(0),
      files.filter((path) => !this.#registry.has(path)),
    );
  }

  // Recovering.

  /** Takes over the completed checkpoints of an earlier leadership, in any order, and what the job was started from. */
  recoverCompleted(
    checkpoints: readonly CompletedCheckpoint[],
    startedFrom?: RestoredCheckpoint,
  ): void {
    this.#store.recover(checkpoints);
    this.#startedFrom = startedFrom;
    for (const checkpoint of this.#store.all) {
      registerRecoveredFiles(this.#registry, checkpoint, this.#claimModeOf(checkpoint));
    }
  }

  /** The newest stored checkpoint that will still be there once the job has ended with `status`. */
  keptAfter(status: JobStatusAtEnd): CompletedCheckpoint | undefined {
    const isKept = (checkpoint: CompletedCheckpoint): boolean => {
      return !isDeletedAtEnd(this.#ownedKindOf(checkpoint), this.#config.retention, status);
    };
    return this.#store.all.findLast(isKept);
  }

  /** True while something of an ended job is still being deleted, or may yet have to be. */
  get isCleaningUp(): boolean {
    return this.#cleaner.isBusy || this.isStoring;
  }

  /** The tasks about to run were restored from `checkpoint`, or began empty. What was open is aborted. */
  restoredFrom(checkpoint: CheckpointId | undefined, now: Instant): readonly CoordinatorCommand[] {
    this.#latestRestored = checkpoint;
    return this.abortPendingCheckpoints("JOB_FAILOVER_REGION", now);
  }

  /** An equal coordinator that shares nothing with this one. */
  clone(): CheckpointCoordinator {
    const copy = new CheckpointCoordinator(this.#config, {
      decider: this.#decider.clone(),
      failureManager: this.#failureManager.clone(),
      store: this.#store.clone(),
      registry: this.#registry.clone(),
      cleaner: this.#cleaner.clone(),
    });
    copy.#scheduler = this.#scheduler;
    copy.#requestCount = this.#requestCount;
    copy.#triggering = this.#triggering;
    for (const [id, pending] of this.#pending) copy.#pending.set(id, pending.clone());
    copy.#awaitingFinalization = this.#awaitingFinalization;
    copy.#finalizing = this.#finalizing;
    copy.#lastCompletion = this.#lastCompletion;
    copy.#latestRestored = this.#latestRestored;
    copy.#remembered = this.#remembered;
    copy.#keptAtEnd = this.#keptAtEnd;
    copy.#startedFrom = this.#startedFrom;
    for (const id of this.#untouchable) copy.#untouchable.add(id);
    return copy;
  }

  /** Plain data that determines everything this coordinator will do. */
  describeState(): unknown {
    return {
      decider: this.#decider.describeState(),
      failureManager: this.#failureManager.describeState(),
      store: this.#store.describeState(),
      registry: this.#registry.describeState(),
      scheduler: this.#scheduler,
      requestCount: this.#requestCount,
      triggering: this.#triggering,
      pending: [...this.#pending.values()].map((pending) => pending.describeState()),
      awaitingFinalization: this.#awaitingFinalization,
      finalizing: this.#finalizing,
      lastCompletion: this.#lastCompletion,
      latestRestored: this.#latestRestored,
      cleaner: this.#cleaner.describeState(),
      remembered: this.#remembered,
      keptAtEnd: this.#keptAtEnd,
      startedFrom: this.#startedFrom,
      untouchable: [...this.#untouchable].sort((a, b) => a - b),
    };
  }

  get #isPeriodic(): boolean {
    return this.#scheduler.kind === "running" && this.#scheduler.next !== undefined;
  }

  get #alignment(): AlignmentType {
    if (this.#config.isUncoordinated) return "uncoordinated";
    return this.#config.mode === "EXACTLY_ONCE" ? "aligned" : "at-least-once";
  }

  #stop(
    next: Scheduler,
    reason: CheckpointFailureReason,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const periodic: readonly CoordinatorCommand[] = this.#isPeriodic
      ? [{ kind: "cancel-timer", timer: { kind: "periodic-trigger" } }]
      : [];
    if (this.#scheduler.kind !== "shut-down") this.#scheduler = next;
    return inOrder([
      ...periodic,
      ...this.#refuseTriggering(reason),
      ...this.#carryOut(this.#decider.refuseAll(reason), now),
      ...this.#abortAll(reason),
    ]);
  }

  /** Once the job has ended for good, nothing is recovered any more: every pointer goes, and files as configured. */
  #dropAtEnd(): readonly CoordinatorCommand[] {
    if (this.#scheduler.kind !== "shut-down") return [];
    const { status } = this.#scheduler;
    if (status === "SUSPENDED") return [];
    const dropped = this.#store.clear().flatMap((checkpoint) => {
      const kind = this.#ownedKindOf(checkpoint);
      const isDeleted = isDeletedAtEnd(kind, this.#config.retention, status);
      if (!isDeleted) this.#keptAtEnd ??= checkpoint.id;
      return this.#cleaner.dropCheckpoint(checkpoint.id, isDeleted ? filesOf(checkpoint) : []);
    });
    return [...dropped, ...this.#discardUnused(checkpointId(0))];
  }

  #schedulePeriodic(next: Instant): readonly CoordinatorCommand[] {
    this.#scheduler = { kind: "running", next };
    return [{ kind: "set-timer", timer: { kind: "periodic-trigger" }, at: next }];
  }

  /** Fixed rate: the next one is planned from the last planned one, and one that was missed is not made up for. */
  #triggerPeriodic(now: Instant): readonly CoordinatorCommand[] {
    const interval = effectiveInterval(this.#config);
    if (this.#scheduler.kind !== "running" || this.#scheduler.next === undefined) return [];
    if (interval === undefined) return [];
    const periods = Math.max(1, Math.floor((now - this.#scheduler.next) / interval) + 1);
    return [
      ...this.#schedulePeriodic(instant(this.#scheduler.next + periods * interval)),
      ...this.trigger({ isPeriodic: true, properties: CHECKPOINT_PROPERTIES }, now),
    ];
  }

  #precheck(request: CheckpointTriggerRequest): CheckpointFailureReason | undefined {
    if (this.#scheduler.kind === "shut-down") return "CHECKPOINT_COORDINATOR_SHUTDOWN";
    if (request.isPeriodic && !this.#isPeriodic) return "PERIODIC_SCHEDULER_SHUTDOWN";
    return undefined;
  }

  #situation(now: Instant): TriggerSituation {
    return {
      now,
      isTriggering: this.isTriggering,
      pendingCount: this.#pending.size,
      cleaningCount: this.#cleaner.count,
      lastCompletion: this.#lastCompletion,
    };
  }

  #decide(now: Instant): readonly CoordinatorCommand[] {
    return this.#carryOut(this.#decider.choose(this.#situation(now)), now);
  }

  #carryOut(decisions: readonly DeciderCommand[], now: Instant): readonly CoordinatorCommand[] {
    const commands: CoordinatorCommand[] = [];
    for (const decision of decisions) {
      switch (decision.kind) {
        case "run":
          this.#triggering = { phase: "planning", request: decision.request };
          commands.push({ kind: "calculate-plan", trigger: decision.request.sequence });
          break;
        case "refuse":
          commands.push(...this.#refuse(decision.request, decision.reason));
          break;
        case "rearm-periodic-timer":
          commands.push(...this.#schedulePeriodic(after(now, decision.delay)));
          break;
        default:
          return unreachable(decision);
      }
    }
    return commands;
  }

  /** A request that never became a checkpoint. */
  #refuse(
    request: CheckpointTriggerRequest,
    reason: CheckpointFailureReason,
  ): readonly CoordinatorCommand[] {
    const { kind } = request.properties;
    return [
      { kind: "record", event: "checkpoint-refused", fields: { reason } },
      ...goOn(kind),
      ...this.#countFailure({ reason, checkpoint: undefined, kind, task: undefined }),
    ];
  }

  /** The request being triggered, if any, is refused; the answers still to come will find nothing. */
  #refuseTriggering(reason: CheckpointFailureReason): readonly CoordinatorCommand[] {
    if (this.#triggering === undefined) return [];
    const { request } = this.#triggering;
    this.#triggering = undefined;
    return this.#refuse(request, this.#precheck(request) ?? reason);
  }

  #endTriggering(
    commands: readonly CoordinatorCommand[],
    now: Instant,
  ): readonly CoordinatorCommand[] {
    this.#triggering = undefined;
    return inOrder([...commands, ...this.#decide(now)]);
  }

  #takeIn(acknowledgement: Acknowledgement<StateHandle>): AcknowledgeOutcome {
    const { checkpoint } = acknowledgement;
    return (
      this.#pending.get(checkpoint)?.acknowledge(acknowledgement) ?? this.#outcomeOfLate(checkpoint)
    );
  }

  /** What to make of an acknowledgement of a checkpoint that is not open. */
  #outcomeOfLate(checkpoint: CheckpointId): AcknowledgeOutcome {
    if (this.#store.has(checkpoint) || this.#cleaner.isDropping(checkpoint)) return "duplicate";
    if (this.#untouchable.has(checkpoint)) return "duplicate";
    return this.#remembered.includes(checkpoint) ? "discarded" : "unknown";
  }

  /** From here on it does not expire, however long it takes: Flink finalizes under the lock that its canceller waits for. */
  #finalizeNext(now: Instant): readonly CoordinatorCommand[] {
    const [checkpoint, ...rest] = this.#awaitingFinalization;
    if (this.#finalizing !== undefined || checkpoint === undefined) return [];
    const pending = this.#pending.get(checkpoint);
    invariant(
      pending !== undefined,
      () => `Cannot finalize checkpoint ${checkpoint}: it is not open`,
    );
    this.#awaitingFinalization = rest;
    const path = this.#metadataPath(pending);
    const completed = pending.toCompleted({ completedAt: now, metadataPath: path });
    this.#finalizing = { phase: "writing-metadata", completed };
    const bytes = encodeCheckpointMetadata(completed);
    return [
      ...recordSharedFiles(completed),
      { kind: "cancel-timer", timer: timeoutOf(checkpoint) },
      { kind: "write-metadata", checkpoint, path, bytes },
    ];
  }

  #failFinalizing(completed: CompletedCheckpoint, now: Instant): readonly CoordinatorCommand[] {
    const { id, metadataPath } = completed;
    this.#finalizing = undefined;
    const leftover: readonly CoordinatorCommand[] = this.#untouchable.has(id)
      ? []
      : [{ kind: "discard-state", checkpoint: id, files: [metadataPath] }];
    return inOrder([...leftover, ...this.#endEarly(id, "FINALIZE_CHECKPOINT_FAILURE", now)]);
  }

  /** The checkpoint is durable. Only now may older ones go and tasks hear of it. */
  #complete(
    completed: CompletedCheckpoint,
    subsumed: readonly SubsumeCheckpoint[],
    now: Instant,
  ): readonly CoordinatorCommand[] {
    const { id, timestamp } = completed;
    const pending = this.#pending.get(id);
    invariant(pending !== undefined, () => `Cannot complete checkpoint ${id}: it is not open`);
    this.#pending.delete(id);
    this.#finalizing = undefined;
    this.#lastCompletion = now;
    this.#failureManager.handleSuccess(id);
    if (isSavepoint(completed.kind)) this.#untouchable.add(id);
    const commands: CoordinatorCommand[] = [
      ...noteSavepoint(completed),
      ...noteStored(completed),
      {
        kind: "record",
        event: "checkpoint-completed",
        fields: {
          checkpoint: id,
          bytes: checkpointedBytesOf(completed),
          fullBytes: sizeBytesOf(completed),
          duration: completed.completedAt - timestamp,
        },
      },
    ];
    if (isAnnounced(completed.kind)) {
      for (const command of subsumed) commands.push(...this.#subsume(command));
      commands.push(...this.#abortOlderThan(completed), {
        kind: "notify-complete",
        checkpoint: id,
        timestamp,
        tasks: pending.description.plan.tasksToCommitTo,
        lastSubsumed: subsumed.at(-1)?.checkpoint.id,
      });
    }
    commands.push(...this.#discardUnused(id), ...this.#finalizeNext(now), ...this.#decide(now));
    return inOrder(commands);
  }

  /**
   * Deletes the shared files that no checkpoint needs any more: none that is retained, none whose pointer may still be
   * there, and none that is still to come.
   */
  #discardUnused(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    return discardState(checkpoint, unusedFiles(this.#registry, this.#lowestNeeded));
  }

  /** After the end no checkpoint completes any more that could make files unused. */
  #discardAtEnd(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    return this.#scheduler.kind === "shut-down" ? this.#discardUnused(checkpoint) : [];
  }

  /** The oldest checkpoint whose files have to be there; undefined if the next one may need any. */
  get #lowestNeeded(): CheckpointId | undefined {
    const kept = [...this.#store.all.map(({ id }) => id), ...this.#cleaner.dropping];
    // Before the first completed checkpoint nothing can be built on, but the first may complete meanwhile.
    for (const { description } of this.#pending.values()) {
      kept.push(description.base ?? checkpointId(0));
    }
    if (this.#keptAtEnd !== undefined) kept.push(this.#keptAtEnd);
    if (kept.length > 0) return checkpointId(Math.min(...kept));
    const isOver = this.#scheduler.kind === "shut-down" && this.#scheduler.status !== "SUSPENDED";
    return isOver && !this.isStoring ? checkpointId(Number.MAX_SAFE_INTEGER) : undefined;
  }

  #subsume({ checkpoint, by }: SubsumeCheckpoint): readonly CoordinatorCommand[] {
    const files = isDeletedWhenSubsumed(this.#ownedKindOf(checkpoint)) ? filesOf(checkpoint) : [];
    return [
      {
        kind: "record",
        event: "checkpoint-subsumed",
        fields: { checkpoint: checkpoint.id, by },
      },
      ...this.#cleaner.dropCheckpoint(checkpoint.id, files),
    ];
  }

  #abortOlderThan(completed: CompletedCheckpoint): readonly CoordinatorCommand[] {
    return this.pendingCheckpoints
      .filter((pending) => pending.id < completed.id)
      .filter((pending) => !isSavepoint(pending.description.properties.kind))
      .flatMap((pending) => this.#abort(pending, "CHECKPOINT_SUBSUMED"));
  }

  /** Aborts what is open, but for the checkpoint whose pointer is being written: its fate is not ours. */
  #abortAll(reason: CheckpointFailureReason): readonly CoordinatorCommand[] {
    return this.pendingCheckpoints
      .filter((pending) => !this.#isBeingStored(pending))
      .flatMap((pending) => this.#abort(pending, reason));
  }

  /** Aborts one checkpoint, if it is open, and lets the next have its turn. */
  #endEarly(
    checkpoint: CheckpointId,
    reason: CheckpointFailureReason,
    now: Instant,
    task?: TaskRef,
  ): readonly CoordinatorCommand[] {
    const pending = this.#pending.get(checkpoint);
    if (pending === undefined || this.#isBeingStored(pending)) return [];
    return inOrder([
      ...this.#abort(pending, reason, task),
      ...this.#finalizeNext(now),
      ...this.#decide(now),
    ]);
  }

  /** The end of a checkpoint that will not complete. Whoever calls owes the next ones their turn. */
  #abort(
    pending: PendingCheckpoint,
    reason: CheckpointFailureReason,
    task?: TaskRef,
  ): readonly CoordinatorCommand[] {
    const { id, timestamp, plan, properties } = pending.description;
    this.#pending.delete(id);
    this.#awaitingFinalization = this.#awaitingFinalization.filter((waiting) => waiting !== id);
    this.#remembered = [...this.#remembered, id].slice(-REMEMBERED_CHECKPOINTS);
    if (this.#finalizing?.completed.id === id) {
      this.#cleaner.expectOrphan(id, this.#finalizing.completed.metadataPath);
      this.#finalizing = undefined;
    }
    const files = pending.dispose();
    return [
      { kind: "record", event: "checkpoint-aborted", fields: { checkpoint: id, reason } },
      { kind: "cancel-timer", timer: timeoutOf(id) },
      ...(this.#untouchable.has(id) ? [] : this.#cleaner.discardFiles(id, files)),
      {
        kind: "notify-aborted",
        checkpoint: id,
        timestamp,
        tasks: plan.tasksToCommitTo,
        latestCompleted: this.#store.latest?.id,
        reason,
      },
      ...goOn(properties.kind),
      ...this.#countFailure({ reason, checkpoint: id, kind: properties.kind, task }),
    ];
  }

  #countFailure(failure: CheckpointFailure): readonly FailJob[] {
    if (this.#failureManager.handleFailure(failure) === "tolerated") return [];
    const { reason, checkpoint, task } = failure;
    const name = checkpoint === undefined ? "The checkpoint" : `Checkpoint ${checkpoint}`;
    const message = `${name} failed because ${meaningOf(reason)}, and more failures are not tolerated`;
    return [{ kind: "fail-job", reason, checkpoint, task, message }];
  }

  #isBeingStored(pending: PendingCheckpoint): boolean {
    return this.isStoring && this.#finalizing?.completed.id === pending.id;
  }

  #metadataPath({ id, description }: PendingCheckpoint): string {
    return isSavepoint(description.properties.kind)
      ? `${this.#savepointDirectory(id)}/_metadata`
      : `${this.#config.directory}/chk-${id}/_metadata`;
  }

  #savepointDirectory(id: CheckpointId): string {
    return `${this.#config.savepointDirectory}/savepoint-${id}`;
  }

  /** What tasks are told of a savepoint; nothing of a checkpoint. */
  #savepointOf(
    id: CheckpointId,
    { kind, format = "CANONICAL" }: CheckpointProperties,
  ): { readonly savepoint?: SavepointOptions } {
    if (!isSavepoint(kind)) return {};
    const isStopping = kind === "synchronous-savepoint";
    return { savepoint: { format, directory: this.#savepointDirectory(id), isStopping } };
  }

  /** Whether a savepoint has, or had, this id. */
  #isOfSavepoint(id: CheckpointId): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return this.#untouchable.has(id);
    return isSavepoint(pending.description.properties.kind);
  }

  /** What becomes of a checkpoint in the store: the one that the job was started from may be the user's. */
  #claimModeOf({ id }: CompletedCheckpoint): RecoveryClaimMode {
    return this.#startedFrom?.checkpoint === id ? this.#startedFrom.claimMode : "CLAIM";
  }

  /** As what a stored checkpoint is kept: what the job was started from is the job's if it is claimed, else the user's. */
  #ownedKindOf(checkpoint: CompletedCheckpoint): SnapshotKind {
    if (this.#startedFrom?.checkpoint !== checkpoint.id) return checkpoint.kind;
    return this.#startedFrom.claimMode === "CLAIM" ? "checkpoint" : "savepoint";
  }
}

function partsOf(config: CheckpointCoordinatorConfig): CoordinatorParts {
  return {
    decider: new CheckpointRequestDecider({
      maxConcurrent: config.maxConcurrent,
      minPause: config.minPause,
      queueCapacity: REQUEST_QUEUE_CAPACITY,
    }),
    failureManager: new CheckpointFailureManager(config.tolerableFailures),
    store: new CompletedCheckpointStore(config.numRetained),
    registry: new SharedStateRegistry(),
    cleaner: new CheckpointsCleaner(),
  };
}

/** Which shared files the metadata about to be written refers to, for who wants to know whether they are there. */
function recordSharedFiles(completed: CompletedCheckpoint): readonly CoordinatorCommand[] {
  const files = sharedFilesOfCheckpoint(completed).flatMap(({ handle }) =>
    handle.kind === "file" ? [[handle.path, handle.sizeBytes]] : [],
  );
  if (files.length === 0) return [];
  const fields = { checkpoint: completed.id, files };
  return [{ kind: "record", event: "shared-files-referenced", fields }];
}

/** If the savepoint that should have ended it fails, a job goes on with its periodic checkpoints. */
function goOn(kind: SnapshotKind): readonly CoordinatorCommand[] {
  return kind === "synchronous-savepoint" ? [{ kind: "restart-scheduler" }] : [];
}

/** Whoever asked for a savepoint is told where it is. */
function noteSavepoint({ kind, metadataPath }: CompletedCheckpoint): readonly CoordinatorCommand[] {
  return isSavepoint(kind) ? [{ kind: "note-savepoint", path: metadataPath }] : [];
}

/** From this event on the checkpoint is what a restore would use, unless it is a plain savepoint. */
function noteStored({
  id,
  kind,
  metadataPath,
}: CompletedCheckpoint): readonly CoordinatorCommand[] {
  if (!isStored(kind)) return [];
  const fields = { checkpoint: id, path: metadataPath };
  return [{ kind: "record", event: "checkpoint-stored", fields }];
}

/** The commands as they are, but failing the job comes last: it brings the coordinator to a stop. */
function inOrder(commands: readonly CoordinatorCommand[]): readonly CoordinatorCommand[] {
  const failures = commands.filter((command) => command.kind === "fail-job");
  if (failures.length === 0) return commands;
  return [...commands.filter((command) => command.kind !== "fail-job"), ...failures];
}

function timeoutOf(checkpoint: CheckpointId): CoordinatorTimer {
  return { kind: "checkpoint-timeout", checkpoint };
}

function discardState(
  checkpoint: CheckpointId,
  files: readonly string[],
): readonly CoordinatorCommand[] {
  return files.length === 0 ? [] : [{ kind: "discard-state", checkpoint, files }];
}
