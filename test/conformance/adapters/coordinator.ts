// coordinator.json: the script of a case is played to one CheckpointCoordinator. Around it stands the least of a job
// master: commands are carried out at once, and every answer is a good one unless the case asks for a fault.

import {
  type Instant,
  instant,
  micros,
  millis,
  seconds,
} from "../../../sim/kernel/virtual-time.ts";
import {
  type CheckpointCoordinatorConfig,
  checkpointConfig,
  type JobStatusAtEnd,
} from "../../../sim/runtime/checkpoint/checkpoint-config.ts";
import { CheckpointCoordinator } from "../../../sim/runtime/checkpoint/checkpoint-coordinator.ts";
import type { CheckpointFailureReason } from "../../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { calculateCheckpointPlan } from "../../../sim/runtime/checkpoint/checkpoint-plan.ts";
import {
  CHECKPOINT_PROPERTIES,
  savepointProperties,
} from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";
import type {
  CoordinatorCommand,
  CoordinatorTimer,
  SubtaskCheckpointMetrics,
} from "../../../sim/runtime/checkpoint/coordinator-command.ts";
import { attemptNumber, type TaskRef } from "../../../sim/runtime/checkpoint/task-ref.ts";
import { type CheckpointId, checkpointId } from "../../../sim/runtime/stream-element.ts";
import { type Adapter, compare, type Outcome, runScript, type VectorCase } from "../adapter.ts";

interface Config {
  readonly maxConcurrentCheckpoints?: number | "unlimited";
  readonly maxRetained?: number;
  readonly tolerableFailures?: number;
  readonly intervalMs?: number | "LONG_MAX";
  readonly timeoutMs?: number | null;
  readonly minPauseMs?: number;
  readonly unaligned?: boolean;
  readonly checkpointsAfterTasksFinish?: boolean;
  readonly idCounter?: string;
  readonly completedStore?: string;
  readonly preloadedStore?: readonly number[];
  readonly storage?: string;
  readonly operatorCoordinator?: string;
  readonly masterHook?: string;
}

interface Task {
  readonly id: string;
  readonly source?: boolean;
  readonly state?: string;
}

interface Step {
  readonly do: string;
  readonly kind?: "checkpoint" | "savepoint" | "stopWithSavepoint";
  readonly periodic?: boolean;
  readonly expect?: { readonly outcome: string; readonly reason?: string };
  readonly task?: string;
  readonly job?: string;
  readonly checkpoint?: number;
  readonly state?: unknown;
  readonly metrics?: unknown;
  readonly reason?: CheckpointFailureReason;
  readonly requestedType?: unknown;
  readonly ms?: number;
  readonly pending?: number;
  readonly pendingAtLeast?: number;
  readonly jobStatus?: JobStatusAtEnd;
  readonly [fact: string]: unknown;
}

const NO_METRICS: SubtaskCheckpointMetrics = {
  startDelay: micros(0),
  alignmentDuration: micros(0),
  syncDuration: micros(0),
  asyncDuration: micros(0),
};

/** The checkpoint coordinator, of Flink's CheckpointCoordinatorTest and CheckpointCoordinatorTriggeringTest. */
export const coordinator: Adapter = {
  file: "coordinator.json",
  run(vectorCase) {
    const missing = missingIn(vectorCase);
    if (missing !== undefined) return { notYet: missing };
    const config = vectorCase["config"] as Config;
    const run = new CoordinatorRun(config, vectorCase["tasks"] as readonly Task[]);
    return runScript<Step>(vectorCase, (step) => run.take(step));
  },
};

/** What the case needs and the engine does not have yet. */
function missingIn(vectorCase: VectorCase): string | undefined {
  const config = vectorCase["config"] as Config;
  const tasks = vectorCase["tasks"] as readonly Task[];
  const steps = vectorCase["script"] as readonly Step[];
  const does = (kind: string) => steps.some((step) => step.do === kind);
  const checks = (...facts: readonly string[]) =>
    steps.some((step) => facts.some((fact) => step[fact] !== undefined));
  if (config.masterHook !== undefined || does("addMasterHook")) return "master hook";
  if (config.operatorCoordinator !== undefined) return "operator coordinator";
  if (does("savepointThenRestore")) return "claim mode";
  if (config.checkpointsAfterTasksFinish === true) {
    const isFinished = tasks.some((task) => task.state === "finished");
    if (isFinished || does("triggerWhileTaskFinishes")) return "finished tasks";
  }
  if (config.storage === "failsOnCreateLocation") return "storage location";
  if (config.storage !== undefined) return "file storage";
  if (does("reportMetrics") || checks("stats", "counts", "statsPendingExists")) return "statistics";
  if (steps.some((step) => step.requestedType === null)) return "requested type";
  if (steps.some((step) => step.do === "ack" && typeof step.state === "object")) {
    return "shared state";
  }
  if (checks("rootCausePreserved")) return "root cause";
  return undefined;
}

/** One coordinator, its clock and timers, and all it has commanded. */
class CoordinatorRun {
  readonly #settings: Config;
  readonly #coordinatorConfig: CheckpointCoordinatorConfig;
  readonly #coordinator: CheckpointCoordinator;
  readonly #tasks: Map<string, { readonly isSource: boolean; state: string }>;
  #now: Instant = instant(millis(1_000_000));
  #idsDrawn = 0;
  #idFailuresLeft: number;
  #triggers = 0;
  readonly #timers = new Map<string, { readonly timer: CoordinatorTimer; readonly at: Instant }>();
  /** Commands not carried out yet: only `submitTrigger` leaves some. */
  #waiting: CoordinatorCommand[] = [];
  readonly #refusedTriggers = new Set<number>();
  readonly #refusals: string[] = [];
  readonly #opened: CheckpointId[] = [];
  readonly #savepoints = new Set<CheckpointId>();
  readonly #completed = new Set<CheckpointId>();
  readonly #aborted = new Map<CheckpointId, string>();
  readonly #discarded = new Set<string>();
  readonly #announced: { checkpoint: number; lastSubsumed: number | null }[] = [];
  #triggered = new Map<string, CheckpointId[]>();
  #notifiedCompleted = new Map<string, CheckpointId[]>();
  #notifiedAborted = new Map<string, CheckpointId[]>();
  #latestCompletedInAbort: CheckpointId | undefined;
  #failJobCalls = 0;
  #lastAck: Instant | undefined;
  readonly #submitted: number[] = [];

  constructor(settings: Config, tasks: readonly Task[]) {
    this.#settings = settings;
    this.#idFailuresLeft = settings.idCounter === "failsOnFirst" ? 1 : 0;
    const { intervalMs, maxConcurrentCheckpoints: most, timeoutMs } = settings;
    this.#coordinatorConfig = checkpointConfig({
      interval: typeof intervalMs === "number" ? millis(intervalMs) : seconds(60),
      minPause: millis(settings.minPauseMs ?? 0),
      maxConcurrent: typeof most === "number" ? most : Number.POSITIVE_INFINITY,
      numRetained: settings.maxRetained ?? 1,
      tolerableFailures: settings.tolerableFailures ?? Number.POSITIVE_INFINITY,
      isUnaligned: settings.unaligned === true,
      ...(typeof timeoutMs === "number" ? { timeout: millis(timeoutMs) } : {}),
    });
    this.#coordinator = new CheckpointCoordinator(this.#coordinatorConfig);
    this.#coordinator.recoverCompleted((settings.preloadedStore ?? []).map(emptyCheckpoint));
    this.#tasks = new Map(
      tasks.map(({ id, source, state }) => [
        id,
        { isSource: source === true, state: (state ?? "running").toUpperCase() },
      ]),
    );
  }

  take(step: Step): Outcome {
    switch (step.do) {
      case "check":
        return this.#check(step);
      case "trigger":
        return this.#expectTrigger(step);
      case "submitTrigger":
        this.#submitted.push(this.#triggers + 1);
        this.#waiting.push(...this.#trigger(step));
        return "passed";
      case "runAll":
        this.#carryOutWaiting();
        return "passed";
      case "ack":
        this.#acknowledge(step);
        return "passed";
      case "decline":
        this.#carryOut(
          this.#coordinator.decline(
            {
              checkpoint: checkpointId(step.checkpoint ?? 0),
              task: refOf(step.task ?? ""),
              reason: step.reason ?? "CHECKPOINT_DECLINED",
            },
            this.#now,
          ),
        );
        return "passed";
      case "abortAllPending": {
        const reason = step.reason ?? "IO_EXCEPTION";
        this.#carryOut(this.#coordinator.abortPendingCheckpoints(reason, this.#now));
        return "passed";
      }
      case "startScheduler": {
        const delay = this.#coordinator.firstDelayBounds()?.max ?? micros(0);
        this.#carryOut(this.#coordinator.startCheckpointScheduler(this.#now, delay));
        return "passed";
      }
      case "stopScheduler":
        this.#carryOut(this.#coordinator.stopCheckpointScheduler(this.#now));
        return "passed";
      case "shutdown":
        this.#carryOut(this.#coordinator.shutdown(step.jobStatus ?? "FAILED", this.#now));
        return "passed";
      case "expireTimeouts":
        for (const { timer } of [...this.#timers.values()]) {
          if (timer.kind === "checkpoint-timeout") this.#fire(timer);
        }
        return "passed";
      case "runPeriodicTrigger":
        this.#runPeriodicTrigger();
        return "passed";
      case "runPeriodicTriggerUntilPending":
        return this.#repeatUntil(
          () => this.#runPeriodicTrigger(),
          () => this.#coordinator.pendingCheckpoints.length === step.pending,
        );
      case "pollPeriodicTriggerEveryMs": {
        const before = this.#opened.length;
        return this.#repeatUntil(
          () => this.#advance(step.ms ?? 0),
          () => this.#opened.length > before,
        );
      }
      case "advance":
        this.#advance(step.ms ?? 0);
        return "passed";
      case "advanceUntil":
        return this.#repeatUntil(
          () => this.#advance(1),
          () => this.#coordinator.pendingCheckpoints.length >= (step.pendingAtLeast ?? 0),
        );
      case "setTaskState": {
        const task = this.#tasks.get(step.task ?? "");
        if (task !== undefined) task.state = String(step.state).toUpperCase();
        return "passed";
      }
      case "resetNotifications":
        this.#triggered = new Map();
        this.#notifiedCompleted = new Map();
        this.#notifiedAborted = new Map();
        return "passed";
      case "restoreLatest": {
        const latest = this.#coordinator.latestCompleted?.id;
        this.#carryOut(this.#coordinator.restoredFrom(latest, this.#now));
        return "passed";
      }
      default:
        return { notYet: step.do };
    }
  }

  #trigger({ kind, periodic }: Step): readonly CoordinatorCommand[] {
    this.#triggers += 1;
    const { isUnaligned } = this.#coordinatorConfig;
    const properties =
      kind === "savepoint" || kind === "stopWithSavepoint"
        ? savepointProperties({ isSynchronous: kind === "stopWithSavepoint", isUnaligned })
        : CHECKPOINT_PROPERTIES;
    return this.#coordinator.trigger({ isPeriodic: periodic === true, properties }, this.#now);
  }

  #expectTrigger(step: Step): Outcome {
    const refusals = this.#refusals.length;
    const opened = this.#opened.length;
    const queued = this.#coordinator.queuedRequests.length;
    this.#waiting.push(...this.#trigger(step));
    const { outcome = "", reason } = step.expect ?? { outcome: "" };
    if (outcome === "submitted") return "passed";
    this.#carryOutWaiting();
    const isRefused = this.#refusals.length > refusals;
    switch (outcome) {
      case "pending":
        return compare("pending", this.#opened.length > opened, true);
      case "failed":
        if (reason === undefined) return compare("refused", isRefused, true);
        return compare("refusal", this.#refusals.at(-1), reason);
      case "queued":
        return compare("queued", this.#coordinator.queuedRequests.length, queued + 1);
      case "accepted":
      case "notFailed":
        return compare("refused", isRefused, false);
      default:
        return { notYet: outcome };
    }
  }

  #acknowledge({ task = "", job, checkpoint = 0, state }: Step): void {
    if (job !== undefined) return; // Never reaches the coordinator: another job has another one.
    const path = typeof state === "string" ? state : undefined;
    const operator =
      path === undefined ? undefined : ({ kind: "file", path, sizeBytes: 1, states: [] } as const);
    this.#lastAck = this.#now;
    this.#carryOut(
      this.#coordinator.acknowledge(
        {
          checkpoint: checkpointId(checkpoint),
          task: refOf(task),
          operatorStates:
            operator === undefined
              ? []
              : [
                  {
                    operatorId: task,
                    state: { keyed: undefined, operator, sizeBytes: 1, checkpointedBytes: 1 },
                  },
                ],
          metrics: NO_METRICS,
        },
        this.#now,
      ),
    );
  }

  #carryOutWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#carryOut(waiting);
  }

  #carryOut(commands: readonly CoordinatorCommand[]): void {
    for (const command of commands) this.#carryOutOne(command);
  }

  #carryOutOne(command: CoordinatorCommand): void {
    const now = this.#now;
    switch (command.kind) {
      case "calculate-plan": {
        const plan = calculateCheckpointPlan(this.#executions());
        this.#answer(command.trigger, this.#coordinator.planCalculated(command.trigger, plan, now));
        return;
      }
      case "allocate-id":
        this.#allocateId(command.trigger);
        return;
      case "set-timer":
        this.#timers.set(nameOf(command.timer), command);
        return;
      case "cancel-timer":
        this.#timers.delete(nameOf(command.timer));
        return;
      case "trigger-tasks":
        for (const { task } of command.tasks) note(this.#triggered, task, command.checkpoint);
        if (command.savepoint !== undefined) this.#savepoints.add(command.checkpoint);
        return;
      case "write-metadata":
        this.#carryOut(this.#coordinator.metadataWritten(command.checkpoint, true, now));
        return;
      case "store-checkpoint": {
        const outcome = this.#settings.completedStore === "failsOnAdd" ? "failed" : "stored";
        const { checkpoint } = command.pointer;
        this.#carryOut(this.#coordinator.checkpointStored(checkpoint, outcome, now));
        return;
      }
      case "drop-pointer":
        this.#carryOut(this.#coordinator.pointerDropped(command.checkpoint, now));
        return;
      case "discard-checkpoint":
        for (const file of command.files) this.#discarded.add(file);
        this.#carryOut(this.#coordinator.checkpointDiscarded(command.checkpoint, now));
        return;
      case "discard-state":
        for (const file of command.files) this.#discarded.add(file);
        return;
      case "notify-complete":
        for (const { task } of command.tasks) {
          note(this.#notifiedCompleted, task, command.checkpoint);
        }
        this.#announced.push({
          checkpoint: command.checkpoint,
          lastSubsumed: command.lastSubsumed ?? null,
        });
        return;
      case "notify-aborted":
        for (const { task } of command.tasks) note(this.#notifiedAborted, task, command.checkpoint);
        this.#latestCompletedInAbort = command.latestCompleted;
        return;
      case "note-savepoint":
      case "last-savepoint-failed":
        return;
      case "fail-job":
        this.#failJobCalls += 1;
        return;
      case "record":
        if (command.event === "checkpoint-refused") this.#refusals.push(command.fields.reason);
        if (command.event === "checkpoint-triggered") {
          this.#opened.push(checkpointId(command.fields.checkpoint));
        }
        if (command.event === "checkpoint-completed") {
          this.#completed.add(checkpointId(command.fields.checkpoint));
        }
        if (command.event === "checkpoint-aborted") {
          this.#aborted.set(checkpointId(command.fields.checkpoint), command.fields.reason);
        }
        return;
    }
  }

  /** Carries out what came of a trigger; if that is a refusal, it is this trigger's. */
  #answer(trigger: number, commands: readonly CoordinatorCommand[]): void {
    const isRefused = commands.some(
      (command) => command.kind === "record" && command.event === "checkpoint-refused",
    );
    if (isRefused) this.#refusedTriggers.add(trigger);
    this.#carryOut(commands);
  }

  #allocateId(trigger: number): void {
    if (this.#idFailuresLeft > 0) {
      this.#idFailuresLeft -= 1;
      const reason = "TRIGGER_CHECKPOINT_FAILURE";
      this.#answer(trigger, this.#coordinator.idAllocationFailed(trigger, reason, this.#now));
      return;
    }
    if (this.#settings.idCounter === "stopsScheduler") {
      this.#carryOut(this.#coordinator.stopCheckpointScheduler(this.#now));
    }
    this.#idsDrawn += 1;
    const id = checkpointId(this.#idsDrawn);
    this.#answer(trigger, this.#coordinator.idAllocated(trigger, id, this.#now));
  }

  #executions() {
    return [...this.#tasks].map(([task, { isSource, state }]) => ({
      ...refOf(task),
      subtaskIndex: 0,
      state,
      isSource,
      operators: [{ operatorId: task, name: task, parallelism: 1, maxParallelism: 128 }],
    }));
  }

  #fire(timer: CoordinatorTimer): void {
    this.#timers.delete(nameOf(timer));
    this.#carryOut(this.#coordinator.timerFired(timer, this.#now));
  }

  #runPeriodicTrigger(): void {
    const periodic = this.#timers.get("periodic-trigger");
    if (periodic === undefined) return;
    if (periodic.at > this.#now) this.#now = periodic.at;
    this.#fire(periodic.timer);
  }

  #advance(ms: number): void {
    const end = instant(this.#now + millis(ms));
    for (;;) {
      const due = [...this.#timers.values()]
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#fire(due.timer);
    }
    this.#now = end;
  }

  #repeatUntil(step: () => void, isDone: () => boolean): Outcome {
    for (let round = 0; round < 10_000; round++) {
      if (isDone()) return "passed";
      step();
    }
    return { failed: "found no end after 10000 rounds, expected one" };
  }

  #check({ do: _, ...facts }: Step): Outcome {
    for (const [fact, expected] of Object.entries(facts)) {
      const outcome = this.#checkFact(fact, expected);
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  }

  #checkFact(fact: string, expected: unknown): Outcome {
    const pending = this.#coordinator.pendingCheckpoints;
    const stored = this.#coordinator.completedCheckpoints;
    const timers = [...this.#timers.values()].map(({ timer }) => timer.kind);
    const perId = (found: (id: CheckpointId) => unknown) =>
      mapKeys(expected, (key) => found(checkpointId(Number(key))));
    const pendingOf = (id: CheckpointId) => pending.find((candidate) => candidate.id === id);
    const perTask = (messages: ReadonlyMap<string, readonly CheckpointId[]>) =>
      mapKeys(expected, (task) => messages.get(task) ?? []);
    const names = expected as readonly string[];
    const reasons = [...this.#refusals, ...this.#aborted.values()];
    switch (fact) {
      case "pending":
        return compare(fact, pending.length, expected);
      case "pendingIds":
        return compare(
          fact,
          pending.map(({ id }) => id),
          expected,
        );
      case "pendingAtLeast":
        return compare(fact, pending.length >= Number(expected), true);
      case "pendingIsSavepoint":
        return compare(
          fact,
          pending.some(({ id }) => this.#savepoints.has(id)),
          expected,
        );
      case "pendingIsForced":
        return compare(
          fact,
          pending.some(({ description }) => description.properties.isForced),
          expected,
        );
      case "acked":
        return compare(
          fact,
          perId((id) => pendingOf(id)?.acknowledgedTasks.length),
          expected,
        );
      case "notAcked":
        return compare(
          fact,
          perId((id) => pendingOf(id)?.missingTasks.length),
          expected,
        );
      case "disposed":
        return compare(
          fact,
          perId((id) => pendingOf(id) === undefined),
          expected,
        );
      case "canBeSubsumed":
        return compare(
          fact,
          perId((id) => !this.#savepoints.has(id)),
          expected,
        );
      case "futureDone":
        return compare(
          fact,
          perId((id) => this.#completed.has(id)),
          expected,
        );
      case "futureFailed":
        return compare(
          fact,
          perId((id) => this.#aborted.has(id)),
          expected,
        );
      case "status":
        return compare(
          fact,
          perId((id) => this.#statusOf(id)),
          expected,
        );
      case "retained":
        return compare(fact, stored.length, expected);
      case "retainedIds":
        return compare(
          fact,
          stored.map(({ id }) => id),
          expected,
        );
      case "activeTimers":
        return compare(
          fact,
          timers.filter((kind) => kind === "checkpoint-timeout").length,
          expected,
        );
      case "scheduledTriggerTasks":
        return compare(fact, timers.filter((kind) => kind === "periodic-trigger").length, expected);
      case "notifiedTriggered":
        return compare(fact, perTask(this.#triggered), expected);
      case "notifiedCompleted":
        return compare(fact, perTask(this.#notifiedCompleted), expected);
      case "notifiedAborted":
        return compare(fact, perTask(this.#notifiedAborted), expected);
      case "triggeredCount":
        return compare(
          fact,
          mapKeys(expected, (task) => this.#triggered.get(task)?.length ?? 0),
          expected,
        );
      case "idsStrictlyRising":
        return compare(fact, isRising(this.#opened), expected);
      case "failJobCalls":
        return compare(fact, this.#failJobCalls, expected);
      case "stateDiscarded":
        return compare(
          fact,
          names.filter((name) => this.#discarded.has(name)),
          expected,
        );
      case "stateKept":
        return compare(
          fact,
          names.filter((name) => !this.#discarded.has(name)),
          expected,
        );
      case "completionAnnounced":
        return compare(fact, this.#announced, expected);
      case "completionNotAnnounced": {
        const announced = this.#announced.map(({ checkpoint }) => checkpoint);
        const ids = expected as readonly number[];
        return compare(
          fact,
          ids.filter((id) => !announced.includes(id)),
          expected,
        );
      }
      case "abortCarriesLatestCompleted":
        return compare(fact, this.#latestCompletedInAbort, expected);
      case "queued":
        return compare(fact, this.#coordinator.queuedRequests.length, expected);
      case "isTriggering":
        return compare(fact, this.#coordinator.isTriggering, expected);
      case "futureFailedReason":
        return compare(fact, reasons.at(-1), expected);
      case "futuresFailed":
        return compare(
          fact,
          this.#submitted.map((trigger) => this.#refusedTriggers.has(trigger)),
          expected,
        );
      case "lastFutureFailed":
        return compare(fact, this.#refusedTriggers.has(this.#triggers), expected);
      case "checkpointFuturesDone":
        return compare(fact, this.#endedCount(false), expected);
      case "savepointFutureDone":
        return compare(fact, this.#endedCount(true) > 0, expected);
      case "millisSinceLastAckAtLeast": {
        const ms = (this.#now - (this.#lastAck ?? 0)) / 1000;
        return compare(fact, ms >= Number(expected), true);
      }
      case "restored":
        return compare(fact, this.#coordinator.latestRestored, expected);
      default:
        return { notYet: fact };
    }
  }

  #statusOf(id: CheckpointId): string {
    if (this.#completed.has(id)) return "COMPLETED";
    return this.#aborted.has(id) ? "FAILED" : "IN_PROGRESS";
  }

  /** Ended savepoints, or ended checkpoints. */
  #endedCount(isOfSavepoints: boolean): number {
    const ended = [...this.#completed, ...this.#aborted.keys()];
    return ended.filter((id) => this.#savepoints.has(id) === isOfSavepoints).length;
  }
}

function emptyCheckpoint(id: number) {
  return {
    id: checkpointId(id),
    kind: "checkpoint",
    timestamp: instant(0),
    completedAt: instant(0),
    metadataPath: `chk-${id}/_metadata`,
    operators: [],
  } as const;
}

function refOf(task: string): TaskRef {
  return { task, attempt: attemptNumber(1) };
}

function nameOf(timer: CoordinatorTimer): string {
  return timer.kind === "periodic-trigger" ? timer.kind : `${timer.kind} ${timer.checkpoint}`;
}

function note(messages: Map<string, CheckpointId[]>, task: string, checkpoint: CheckpointId): void {
  messages.set(task, [...(messages.get(task) ?? []), checkpoint]);
}

function isRising(ids: readonly CheckpointId[]): boolean {
  return ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0));
}

function mapKeys(expected: unknown, found: (key: string) => unknown): Record<string, unknown> {
  const keys = Object.keys(expected as Record<string, unknown>);
  return Object.fromEntries(keys.map((key) => [key, found(key)]));
}
