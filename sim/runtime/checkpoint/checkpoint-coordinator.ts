// The coordinator's half of the protocol, as a pure state machine (Flink: CheckpointCoordinator). Each method is
// something that happened; each answer is what to do about it. One checkpoint at a time is finalized, as under
// Flink's lock, and the order of finalizing is the safety of the whole engine:
//
//   all acknowledged -> _metadata written -> pointer stored -> older ones subsumed -> tasks told

import { invariant, unreachable } from "../../kernel/invariant.ts";
import { after, type Duration, type Instant } from "../../kernel/virtual-time.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import { SharedStateRegistry } from "../state/shared-state-registry.ts";
import { type AlignmentType, type CheckpointId, checkpointId } from "../stream-element.ts";
import type { CheckpointCoordinatorConfig, JobStatusAtEnd } from "./checkpoint-config.ts";
import { CheckpointDisposal, type RestoredCheckpoint } from "./checkpoint-disposal.ts";
import { type CheckpointFailure, CheckpointFailureManager } from "./checkpoint-failure-manager.ts";
import { type CheckpointFailureReason, meaningOf } from "./checkpoint-failure-reason.ts";
import { encodeCheckpointMetadata } from "./checkpoint-metadata.ts";
import type { CheckpointPlan, CheckpointPlanRefusal } from "./checkpoint-plan.ts";
import {
  CHECKPOINT_PROPERTIES,
  type CheckpointProperties,
  isAnnounced,
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
import { CheckpointScheduler } from "./checkpoint-scheduler.ts";
import { CheckpointsCleaner } from "./checkpoints-cleaner.ts";
import {
  type CompletedCheckpoint,
  checkpointedBytesOf,
  sharedFilesOfCheckpoint,
  sizeBytesOf,
} from "./completed-checkpoint.ts";
import { CompletedCheckpointStore, type SubsumeCheckpoint } from "./completed-checkpoint-store.ts";
import {
  type Acknowledgement,
  type CoordinatorCommand,
  type CoordinatorTimer,
  type Decline,
  discardState,
  type FailJob,
  type StoreOutcome,
} from "./coordinator-command.ts";
import { type AcknowledgeOutcome, PendingCheckpoint } from "./pending-checkpoint.ts";
import { filesToDiscard, registerSharedFiles, withOwnFiles } from "./shared-files.ts";
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

/** The coordinator's own helpers, each with a state of its own. */
interface CoordinatorParts {
  readonly scheduler: CheckpointScheduler;
  readonly decider: CheckpointRequestDecider;
  readonly failureManager: CheckpointFailureManager;
  readonly store: CompletedCheckpointStore;
  readonly registry: SharedStateRegistry;
  readonly cleaner: CheckpointsCleaner;
  readonly disposal: CheckpointDisposal;
}

/** Ended checkpoints that are remembered, to know late messages from senseless ones. */
const REMEMBERED_CHECKPOINTS = 16;

/** Decides when a checkpoint begins, collects its acknowledgements, and completes or aborts it. */
export class CheckpointCoordinator {
  readonly #config: CheckpointCoordinatorConfig;
  readonly #scheduler: CheckpointScheduler;
  readonly #decider: CheckpointRequestDecider;
  readonly #failureManager: CheckpointFailureManager;
  readonly #store: CompletedCheckpointStore;
  readonly #registry: SharedStateRegistry;
  readonly #cleaner: CheckpointsCleaner;
  readonly #disposal: CheckpointDisposal;
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
  /** Ended checkpoints whose files no late message may delete: savepoints, and pointers of unknown fate. */
  readonly #untouchable = new Set<CheckpointId>();

  /** `parts` are for cloning only: a coordinator is made from its configuration. */
  constructor(config: CheckpointCoordinatorConfig, parts: CoordinatorParts = partsOf(config)) {
    this.#config = config;
    this.#scheduler = parts.scheduler;
    this.#decider = parts.decider;
    this.#failureManager = parts.failureManager;
    this.#store = parts.store;
    this.#registry = parts.registry;
    this.#cleaner = parts.cleaner;
    this.#disposal = parts.disposal;
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

  // Periodic checkpoints.

  /** The first periodic delay is drawn between these, both included, so that jobs do not beat in time. */
  firstDelayBounds(): { readonly min: Duration; readonly max: Duration } | undefined {
    return this.#scheduler.firstDelayBounds();
  }

  /** The job is RUNNING. `firstDelay` is drawn within {@link firstDelayBounds}, and unused if there are none. */
  startCheckpointScheduler(now: Instant, firstDelay: Duration): readonly CoordinatorCommand[] {
    return this.#scheduler.start(now, firstDelay);
  }

  /** The job has left RUNNING: everything open is aborted, everything asked for is refused. */
  stopCheckpointScheduler(
    now: Instant,
    reason: CheckpointFailureReason = "CHECKPOINT_COORDINATOR_SUSPEND",
  ): readonly CoordinatorCommand[] {
    return this.#stop(this.#scheduler.stop(), reason, now);
  }

  /** The job has ended with `status`: nothing more is triggered, and checkpoints go as they were to be retained. */
  shutdown(status: JobStatusAtEnd, now: Instant): readonly CoordinatorCommand[] {
    const shutDown = this.#scheduler.shutDown(status);
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
    const refusal = this.#scheduler.refusalOf(numbered);
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
    this.#disposal.registerRecovered(startedFrom);
  }

  /** The newest stored checkpoint that will still be there once the job has ended with `status`. */
  keptAfter(status: JobStatusAtEnd): CompletedCheckpoint | undefined {
    return this.#disposal.keptAfter(status);
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
    const store = this.#store.clone();
    const registry = this.#registry.clone();
    const cleaner = this.#cleaner.clone();
    const copy = new CheckpointCoordinator(this.#config, {
      scheduler: this.#scheduler.clone(),
      decider: this.#decider.clone(),
      failureManager: this.#failureManager.clone(),
      store,
      registry,
      cleaner,
      disposal: this.#disposal.clone({ store, registry, cleaner }),
    });
    copy.#requestCount = this.#requestCount;
    copy.#triggering = this.#triggering;
    for (const [id, pending] of this.#pending) copy.#pending.set(id, pending.clone());
    copy.#awaitingFinalization = this.#awaitingFinalization;
    copy.#finalizing = this.#finalizing;
    copy.#lastCompletion = this.#lastCompletion;
    copy.#latestRestored = this.#latestRestored;
    copy.#remembered = this.#remembered;
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
      scheduler: this.#scheduler.describeState(),
      requestCount: this.#requestCount,
      triggering: this.#triggering,
      pending: [...this.#pending.values()].map((pending) => pending.describeState()),
      awaitingFinalization: this.#awaitingFinalization,
      finalizing: this.#finalizing,
      lastCompletion: this.#lastCompletion,
      latestRestored: this.#latestRestored,
      cleaner: this.#cleaner.describeState(),
      remembered: this.#remembered,
      disposal: this.#disposal.describeState(),
      untouchable: [...this.#untouchable].sort((a, b) => a - b),
    };
  }

  get #alignment(): AlignmentType {
    if (this.#config.isUncoordinated) return "uncoordinated";
    return this.#config.mode === "EXACTLY_ONCE" ? "aligned" : "at-least-once";
  }

  /** What stopping the scheduler takes, and then the end of all that is under way. */
  #stop(
    stopped: readonly CoordinatorCommand[],
    reason: CheckpointFailureReason,
    now: Instant,
  ): readonly CoordinatorCommand[] {
    return inOrder([
      ...stopped,
      ...this.#refuseTriggering(reason),
      ...this.#carryOut(this.#decider.refuseAll(reason), now),
      ...this.#abortAll(reason),
    ]);
  }

  /** Once the job has ended for good, nothing is recovered any more: every pointer goes, and files as configured. */
  #dropAtEnd(): readonly CoordinatorCommand[] {
    const status = this.#scheduler.statusAtEnd;
    if (status === undefined || status === "SUSPENDED") return [];
    return [...this.#disposal.dropAll(status), ...this.#discardUnused(checkpointId(0))];
  }

  #triggerPeriodic(now: Instant): readonly CoordinatorCommand[] {
    const planned = this.#scheduler.fired(now);
    if (planned === undefined) return [];
    const request = { isPeriodic: true, properties: CHECKPOINT_PROPERTIES };
    return [...planned, ...this.trigger(request, now)];
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
          commands.push(...this.#scheduler.plan(after(now, decision.delay)));
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
    return this.#refuse(request, this.#scheduler.refusalOf(request) ?? reason);
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
      for (const command of subsumed) commands.push(...this.#disposal.subsume(command));
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

  /** Deletes the shared files that neither a retained checkpoint needs nor one that may yet complete. */
  #discardUnused(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    const open = [...this.#pending.values()];
    const status = this.#scheduler.statusAtEnd;
    return this.#disposal.discardUnused(checkpoint, {
      // Before the first completed checkpoint nothing can be built on, but the first may complete meanwhile.
      bases: open.map(({ description }) => description.base ?? checkpointId(0)),
      // One whose pointer is on its way may be stored after the end.
      noneFollows: status !== undefined && status !== "SUSPENDED" && !this.isStoring,
    });
  }

  /** After the end no checkpoint completes any more that could make files unused. */
  #discardAtEnd(checkpoint: CheckpointId): readonly CoordinatorCommand[] {
    return this.#scheduler.statusAtEnd === undefined ? [] : this.#discardUnused(checkpoint);
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
}

function partsOf(config: CheckpointCoordinatorConfig): CoordinatorParts {
  const store = new CompletedCheckpointStore(config.numRetained);
  const registry = new SharedStateRegistry();
  const cleaner = new CheckpointsCleaner();
  return {
    scheduler: new CheckpointScheduler(config),
    decider: new CheckpointRequestDecider({
      maxConcurrent: config.maxConcurrent,
      minPause: config.minPause,
      queueCapacity: REQUEST_QUEUE_CAPACITY,
    }),
    failureManager: new CheckpointFailureManager(config.tolerableFailures),
    store,
    registry,
    cleaner,
    disposal: new CheckpointDisposal(config.retention, { store, registry, cleaner }),
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
  return kind === "synchronous-savepoint" ? [{ kind: "last-savepoint-failed" }] : [];
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
