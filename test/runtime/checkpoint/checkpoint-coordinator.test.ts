// The coordinator against a model of the world around it: tasks whose messages are late, repeated or from an
// earlier attempt, and storage that answers in any order or fails. What must hold is checked on every command.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant, millis, seconds } from "../../../sim/kernel/virtual-time.ts";
import { checkpointConfig } from "../../../sim/runtime/checkpoint/checkpoint-config.ts";
import { CheckpointCoordinator } from "../../../sim/runtime/checkpoint/checkpoint-coordinator.ts";
import type { CheckpointFailureReason } from "../../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { isCounted } from "../../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { decodeCheckpointMetadata } from "../../../sim/runtime/checkpoint/checkpoint-metadata.ts";
import { calculateCheckpointPlan } from "../../../sim/runtime/checkpoint/checkpoint-plan.ts";
import {
  CHECKPOINT_PROPERTIES,
  savepointProperties,
} from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";
import { filesOf } from "../../../sim/runtime/checkpoint/completed-checkpoint.ts";
import type {
  Acknowledgement,
  CoordinatorCommand,
  CoordinatorTimer,
  StoreOutcome,
} from "../../../sim/runtime/checkpoint/coordinator-command.ts";
import { attemptNumber } from "../../../sim/runtime/checkpoint/task-ref.ts";
import { type CheckpointId, checkpointId } from "../../../sim/runtime/stream-element.ts";

const TASKS = ["source-1", "map-1", "sink-1"] as const;
const SAVEPOINT = savepointProperties({ isSynchronous: false, isUnaligned: false });
const NO_METRICS = {
  startDelay: millis(0),
  alignmentDuration: millis(0),
  syncDuration: millis(0),
  asyncDuration: millis(0),
};

describe("CheckpointCoordinator", () => {
  test("CheckpointCoordinator finalizes in order: metadata, pointer, subsumption, notification", () => {
    const { coordinator, now } = completedOnce();
    const [allocate] = open(coordinator, now);
    expect(allocate).toEqual({ kind: "allocate-id", trigger: 2 });
    coordinator.idAllocated(2, checkpointId(2), now);
    for (const task of TASKS.slice(1)) coordinator.acknowledge(ackOf(2, task, 1), now);
    const written = coordinator.acknowledge(ackOf(2, "source-1", 1), now);
    expect(kindsOf(written)).toEqual([
      "acknowledgement-received",
      "cancel-timer",
      "write-metadata",
    ]);
    const stored = coordinator.metadataWritten(checkpointId(2), true, now);
    expect(kindsOf(stored)).toEqual(["store-checkpoint"]);
    const completed = coordinator.checkpointStored(checkpointId(2), "stored", now);
    expect(kindsOf(completed)).toEqual([
      "checkpoint-stored",
      "checkpoint-completed",
      "checkpoint-subsumed",
      "drop-pointer",
      "notify-complete",
    ]);
    expect(completed.at(-1)).toMatchObject({ checkpoint: 2, lastSubsumed: 1 });
    const dropped = coordinator.pointerDropped(checkpointId(1), now);
    expect(kindsOf(dropped)).toEqual(["discard-checkpoint"]);
  });

  test("CheckpointCoordinator expires a checkpoint its timeout after creation, and fails the job for it", () => {
    const { coordinator, now } = completedOnce();
    open(coordinator, now);
    const opened = coordinator.idAllocated(2, checkpointId(2), now);
    const timer = { kind: "checkpoint-timeout", checkpoint: checkpointId(2) } as const;
    expect(opened).toContainEqual({ kind: "set-timer", timer, at: now + 600_000_000 });
    const expired = coordinator.timerFired(timer, instant(now + 600_000_000));
    expect(kindsOf(expired)).toEqual([
      "checkpoint-aborted",
      "cancel-timer",
      "notify-aborted",
      "fail-job",
    ]);
    expect(expired.find(({ kind }) => kind === "notify-aborted")).toMatchObject({
      latestCompleted: 1,
      reason: "CHECKPOINT_EXPIRED",
    });
  });

  test("CheckpointCoordinator triggers at a fixed rate and makes up for no missed tick", () => {
    const coordinator = new CheckpointCoordinator(checkpointConfig({ interval: millis(100) }));
    const timer = { kind: "periodic-trigger" } as const;
    const atMs = (ms: number) => instant(millis(ms));
    const nextOf = (commands: readonly CoordinatorCommand[]) =>
      commands.flatMap((command) => (command.kind === "set-timer" ? [command.at / 1000] : []));
    expect(coordinator.firstDelayBounds()).toEqual({ min: 0, max: 100_000 });
    expect(nextOf(coordinator.startCheckpointScheduler(atMs(0), millis(30)))).toEqual([30]);
    expect(nextOf(coordinator.timerFired(timer, atMs(30)))).toEqual([130]);
    expect(nextOf(coordinator.timerFired(timer, atMs(135)))).toEqual([230]);
    expect(nextOf(coordinator.timerFired(timer, atMs(500)))).toEqual([530]);
  });

  test("CheckpointCoordinator completes while stopped what is being stored, and aborts the rest", () => {
    const { coordinator, now } = completedOnce();
    open(coordinator, now);
    coordinator.idAllocated(2, checkpointId(2), now);
    for (const task of TASKS) coordinator.acknowledge(ackOf(2, task, 1), now);
    coordinator.metadataWritten(checkpointId(2), true, now);
    expect(coordinator.isStoring).toBe(true);
    expect(coordinator.stopCheckpointScheduler(now)).toEqual([]);
    coordinator.checkpointStored(checkpointId(2), "stored", now);
    expect(coordinator.isStoring).toBe(false);
    expect(coordinator.latestCompleted?.id).toBe(2);
  });

  test("CheckpointCoordinator removes the metadata of a checkpoint aborted while it was written", () => {
    const { coordinator, now } = completedOnce();
    open(coordinator, now);
    coordinator.idAllocated(2, checkpointId(2), now);
    for (const task of TASKS) coordinator.acknowledge(ackOf(2, task, 1), now);
    coordinator.stopCheckpointScheduler(now);
    expect(coordinator.metadataWritten(checkpointId(2), true, now)).toEqual([
      { kind: "discard-state", checkpoint: 2, files: ["checkpoints/chk-2/_metadata"] },
    ]);
  });

  test("CheckpointCoordinator tells older from newer by id, not by a clock that may step back (FLINK-4417)", () => {
    const config = checkpointConfig({ maxConcurrent: 2 });
    const coordinator = new CheckpointCoordinator(config);
    for (const [id, now] of [
      [1, instant(100)],
      [2, instant(90)],
    ] as const) {
      open(coordinator, now);
      coordinator.idAllocated(id, checkpointId(id), now);
    }
    for (const task of TASKS) coordinator.acknowledge(ackOf(2, task, 1), instant(110));
    coordinator.metadataWritten(checkpointId(2), true, instant(110));
    coordinator.checkpointStored(checkpointId(2), "stored", instant(110));
    expect(coordinator.pendingCheckpoints).toEqual([]);
  });

  test("CheckpointCoordinator gives the next its turn when one fails to be finalized", () => {
    const config = checkpointConfig({ maxConcurrent: 2, tolerableFailures: 1 });
    const coordinator = new CheckpointCoordinator(config);
    const now = instant(0);
    for (const id of [1, 2]) {
      open(coordinator, now);
      coordinator.idAllocated(id, checkpointId(id), now);
    }
    for (const task of TASKS) coordinator.acknowledge(ackOf(2, task, 1), now);
    for (const task of TASKS) coordinator.acknowledge(ackOf(1, task, 1), now);
    const failed = coordinator.metadataWritten(checkpointId(2), false, now);
    expect(failed).toContainEqual(
      expect.objectContaining({ kind: "write-metadata", checkpoint: 1 }),
    );
  });

  test("CheckpointCoordinator recovers from the newest by number, whatever the order of the pointers", () => {
    const { coordinator } = completedOnce();
    const [one] = coordinator.completedCheckpoints;
    const ids = [10, 9, 100, 99];
    coordinator.recoverCompleted(
      ids.flatMap((id) => (one ? [{ ...one, id: checkpointId(id) }] : [])),
    );
    expect(coordinator.latestCompleted?.id).toBe(100);
  });

  test("CheckpointCoordinator keeps its promises whatever the world does", () => {
    fc.assert(
      fc.property(
        fc.record({
          maxConcurrent: fc.integer({ min: 1, max: 3 }),
          numRetained: fc.integer({ min: 1, max: 2 }),
          tolerableFailures: fc.integer({ min: 0, max: 2 }),
          minPause: fc.constantFrom(millis(0), millis(50)),
        }),
        fc.commands(happenings(), { maxCommands: 150, size: "max" }),
        (settings, commands) => {
          const config = checkpointConfig({
            ...settings,
            interval: millis(100),
            timeout: seconds(1),
          });
          const setup = () => ({
            model: new World(settings),
            real: { coordinator: new CheckpointCoordinator(config) },
          });
          let last: { readonly model: World; readonly real: Real } | undefined;
          fc.modelRun(() => {
            last = setup();
            return last;
          }, commands);
          last?.model.settle(last.real);
        },
      ),
    );
  });
});

interface Real {
  coordinator: CheckpointCoordinator;
}

/** Everything around the coordinator, with the truth about files and pointers. */
class World {
  readonly settings: { readonly maxConcurrent: number; readonly tolerableFailures: number };
  now: Instant = instant(millis(1000));
  attempt = 1;
  lastId = 0;
  isRunning = false;
  /** Commands that want an answer, in the order given. */
  unanswered: CoordinatorCommand[] = [];
  readonly timers = new Map<string, { readonly timer: CoordinatorTimer; readonly at: Instant }>();
  /** Acknowledgements under way, and those delivered, which may come again. */
  inFlight: Acknowledgement[] = [];
  readonly delivered: Acknowledgement[] = [];
  readonly disk = new Set<string>();
  /** Files that must be there: those that a pointer or a savepoint leads to. */
  readonly needed = new Map<CheckpointId, readonly string[]>();
  readonly metadata = new Map<CheckpointId, readonly string[]>();
  readonly savepoints = new Set<CheckpointId>();
  readonly outcomes = new Map<CheckpointId, "open" | "completed" | "aborted">();
  readonly stored = new Set<CheckpointId>();
  readonly notified = new Set<CheckpointId>();
  readonly acknowledged = new Map<CheckpointId, Set<string>>();
  #failures = 0;
  #lastSucceeded = 0;

  constructor(settings: { readonly maxConcurrent: number; readonly tolerableFailures: number }) {
    this.settings = settings;
  }

  obey(commands: readonly CoordinatorCommand[]): void {
    let expectedFailJobs = 0;
    for (const command of commands) {
      switch (command.kind) {
        case "calculate-plan":
        case "allocate-id":
        case "store-checkpoint":
          this.unanswered.push(command);
          break;
        case "drop-pointer":
          expect([...this.stored].some((id) => id > command.checkpoint)).toBe(true);
          this.unanswered.push(command);
          break;
        case "write-metadata":
          expect(this.acknowledged.get(command.checkpoint)?.size).toBe(TASKS.length);
          this.metadata.set(command.checkpoint, filesOf(decodeCheckpointMetadata(command.bytes)));
          this.unanswered.push(command);
          break;
        case "discard-checkpoint":
          for (const file of command.files) this.disk.delete(file);
          this.unanswered.push(command);
          break;
        case "discard-state":
          for (const file of command.files) this.disk.delete(file);
          break;
        case "set-timer":
          this.timers.set(nameOf(command.timer), command);
          break;
        case "cancel-timer":
          this.timers.delete(nameOf(command.timer));
          break;
        case "trigger-tasks":
          this.#triggerTasks(command.checkpoint, command.savepoint !== undefined);
          break;
        case "notify-complete":
          expect(this.stored.has(command.checkpoint)).toBe(true);
          expect(this.notified.has(command.checkpoint)).toBe(false);
          this.notified.add(command.checkpoint);
          expect(this.openCheckpoints().filter((id) => id < command.checkpoint)).toEqual([]);
          break;
        case "notify-aborted":
          expect(this.outcomes.get(command.checkpoint)).toBe("aborted");
          break;
        case "fail-job":
          expectedFailJobs -= 1;
          break;
        case "record":
          expectedFailJobs += this.#note(command);
          break;
      }
    }
    expect(expectedFailJobs).toBe(0);
    this.check();
  }

  /** What must hold at any time: all that can be restored is there. */
  check(): void {
    const missing = [...this.needed.values()].flat().filter((file) => !this.disk.has(file));
    if (missing.length > 0) throw new Error(`Lost what can be restored: ${missing.join(", ")}`);
    const open = this.openCheckpoints().length;
    if (open > this.settings.maxConcurrent) throw new Error(`Found ${open} open checkpoints`);
  }

  /** Open checkpoints that are no savepoints. */
  openCheckpoints(): readonly CheckpointId[] {
    return [...this.outcomes]
      .filter(([id, outcome]) => outcome === "open" && !this.savepoints.has(id))
      .map(([id]) => id);
  }

  /** Delivers and answers everything well: what all have acknowledged is then complete. Then all is stopped. */
  settle(real: Real): void {
    while (this.inFlight.length + this.unanswered.length > 0) {
      deliver(this, real, 0);
      answer(this, real, 0, "stored");
    }
    for (const [id, outcome] of this.outcomes) {
      if (outcome === "open") expect(this.acknowledged.get(id)?.size).toBeLessThan(TASKS.length);
      const isAnnounced = outcome === "completed" && !this.savepoints.has(id);
      expect(this.notified.has(id)).toBe(isAnnounced);
    }
    this.obey(real.coordinator.stopCheckpointScheduler(this.now));
    expect(this.timers.size).toBe(0);
    expect(real.coordinator.pendingCheckpoints).toEqual([]);
  }

  #triggerTasks(id: CheckpointId, isSavepoint: boolean): void {
    if (isSavepoint) this.savepoints.add(id);
    for (const task of TASKS) this.inFlight.push(ackOf(id, task, this.attempt));
  }

  /** Takes note, and says how many times the job has to fail for it. */
  #note(command: CoordinatorCommand & { readonly kind: "record" }): number {
    switch (command.event) {
      case "checkpoint-triggered": {
        const id = checkpointId(command.fields.checkpoint);
        expect(this.outcomes.has(id)).toBe(false);
        this.outcomes.set(id, "open");
        this.acknowledged.set(id, new Set());
        return 0;
      }
      case "acknowledgement-received": {
        const { checkpoint, task, outcome } = command.fields;
        if (outcome !== "success") return 0;
        const tasks = this.acknowledged.get(checkpointId(checkpoint));
        expect(tasks?.has(task)).toBe(false);
        tasks?.add(task);
        return 0;
      }
      case "checkpoint-completed": {
        const id = checkpointId(command.fields.checkpoint);
        this.#end(id, "completed");
        if (this.savepoints.has(id)) this.needed.set(id, this.metadata.get(id) ?? []);
        if (id > this.#lastSucceeded) {
          this.#lastSucceeded = id;
          this.#failures = 0;
        }
        return 0;
      }
      case "checkpoint-aborted": {
        const id = checkpointId(command.fields.checkpoint);
        this.#end(id, "aborted");
        const isBlamedOnTask = command.fields.reason === "CHECKPOINT_DECLINED";
        if (this.savepoints.has(id) && !isBlamedOnTask) return 0;
        return this.#fail(command.fields.reason as CheckpointFailureReason, id);
      }
      case "checkpoint-refused":
        return this.#fail(command.fields.reason as CheckpointFailureReason, undefined);
      default:
        return 0;
    }
  }

  #fail(reason: CheckpointFailureReason, id: CheckpointId | undefined): number {
    if (!isCounted(reason) || (id !== undefined && id <= this.#lastSucceeded)) return 0;
    this.#failures += 1;
    if (this.#failures <= this.settings.tolerableFailures) return 0;
    this.#failures = 0;
    return 1;
  }

  #end(id: CheckpointId, outcome: "completed" | "aborted"): void {
    expect(this.outcomes.get(id)).toBe("open");
    this.outcomes.set(id, outcome);
  }
}

/** Something that happens to the coordinator; `pick` says to which of several things. */
class Happening implements fc.Command<World, Real> {
  readonly #name: string;
  readonly #pick: number;
  readonly #run: (world: World, real: Real, pick: number) => void;

  constructor(name: string, pick: number, run: (world: World, real: Real, pick: number) => void) {
    this.#name = name;
    this.#pick = pick;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  run(world: World, real: Real): void {
    this.#run(world, real, this.#pick);
    const open = [...world.outcomes].filter(([, outcome]) => outcome === "open");
    const pending = real.coordinator.pendingCheckpoints.map(({ id }) => id);
    if (pending.join() !== open.map(([id]) => id).join()) {
      throw new Error(`Found pending ${pending.join()}, expected ${open.join()}`);
    }
  }

  toString(): string {
    return `${this.#name} ${this.#pick}`;
  }
}

function happenings(): fc.Arbitrary<Happening>[] {
  const happening = (name: string, run: (world: World, real: Real, pick: number) => void) =>
    fc.nat({ max: 7 }).map((pick) => new Happening(name, pick, run));
  const acknowledged = happening("acknowledge", deliver);
  const answered = happening("answer well", (world, real, pick) =>
    answer(world, real, pick, "stored"),
  );
  const goesWell = happening("go well", (world, real) => {
    for (let round = 0; round < 20; round++) {
      deliver(world, real, 0);
      answer(world, real, 0, "stored");
    }
  });
  const reachesStorage = happening("reach storage", (world, real) => {
    for (let round = 0; round < 20; round++) {
      deliver(world, real, 0);
      const isStoring = world.unanswered.some(({ kind }) => kind === "store-checkpoint");
      if (!isStoring) answer(world, real, 0, "stored");
    }
  });
  const overtakes = happening("overtake", (world, real) => {
    const newest = world.openCheckpoints().at(-1);
    for (const _ of TASKS) {
      const next = world.inFlight.findIndex(({ checkpoint }) => checkpoint === newest);
      if (next >= 0) deliver(world, real, next);
    }
  });
  return [
    ...new Array(6).fill(acknowledged),
    ...new Array(6).fill(answered),
    ...new Array(4).fill(goesWell),
    ...new Array(4).fill(reachesStorage),
    ...new Array(4).fill(overtakes),
    happening("answer badly", (world, real, pick) => answer(world, real, pick, "failed")),
    happening("answer unknown", (world, real, pick) => answer(world, real, pick, "unknown")),
    happening("repeat", (world, { coordinator }, pick) => {
      const message = world.delivered.at(-1 - pick);
      if (message !== undefined) world.obey(coordinator.acknowledge(message, world.now));
    }),
    happening("foreign acknowledgement", (world, { coordinator }, pick) => {
      const [id] = world.openCheckpoints();
      const task = TASKS[pick % TASKS.length] ?? "map-1";
      if (id === undefined) return;
      world.obey(coordinator.acknowledge(ackOf(id, task, world.attempt + 1), world.now));
    }),
    happening("decline", (world, { coordinator }, pick) => {
      const checkpoint = checkpointId(Math.max(1, world.lastId - (pick % 3)));
      const task = { task: "map-1", attempt: attemptNumber(world.attempt) };
      world.obey(
        coordinator.decline({ checkpoint, task, reason: "CHECKPOINT_DECLINED" }, world.now),
      );
    }),
    happening("trigger", (world, { coordinator }) => {
      const request = { isPeriodic: false, properties: CHECKPOINT_PROPERTIES };
      world.obey(coordinator.trigger(request, world.now));
    }),
    happening("savepoint", (world, { coordinator }) => {
      world.obey(coordinator.trigger({ isPeriodic: false, properties: SAVEPOINT }, world.now));
    }),
    happening("start", (world, { coordinator }) => {
      if (world.isRunning) return;
      world.isRunning = true;
      world.obey(coordinator.startCheckpointScheduler(world.now, millis(60)));
    }),
    happening("fail over", (world, { coordinator }) => {
      world.isRunning = false;
      world.attempt += 1;
      world.obey(coordinator.stopCheckpointScheduler(world.now));
    }),
    happening("restore", (world, { coordinator }) => {
      if (coordinator.isStoring) return;
      world.obey(coordinator.restoredFrom(coordinator.latestCompleted?.id, world.now));
    }),
    happening("wait", (world, { coordinator }) => {
      const due = [...world.timers.values()].sort((a, b) => a.at - b.at)[0];
      if (due === undefined) return;
      world.timers.delete(nameOf(due.timer));
      if (due.at > world.now) world.now = due.at;
      world.obey(coordinator.timerFired(due.timer, world.now));
    }),
    happening("clone", (_world, real) => {
      const copy = real.coordinator.clone();
      expect(copy.describeState()).toEqual(real.coordinator.describeState());
      real.coordinator = copy;
    }),
  ];
}

/** Delivers one of the acknowledgements under way, whose files have been written before. */
function deliver(world: World, { coordinator }: Real, picked: number): void {
  const [message] = world.inFlight.splice(picked % Math.max(1, world.inFlight.length), 1);
  if (message === undefined) return;
  for (const file of filesIn(message)) world.disk.add(file);
  world.delivered.push(message);
  world.obey(coordinator.acknowledge(message, world.now));
}

/** Answers one of the commands that want it, `picked` from those unanswered. */
function answer(world: World, { coordinator }: Real, picked: number, outcome: StoreOutcome): void {
  const [command] = world.unanswered.splice(picked % Math.max(1, world.unanswered.length), 1);
  const isWell = outcome === "stored";
  switch (command?.kind) {
    case "calculate-plan": {
      const plan = calculateCheckpointPlan(executionsOf(world.attempt, isWell));
      world.obey(coordinator.planCalculated(command.trigger, plan, world.now));
      return;
    }
    case "allocate-id":
      if (isWell) {
        world.lastId += 1;
        const id = checkpointId(world.lastId);
        world.obey(coordinator.idAllocated(command.trigger, id, world.now));
      } else {
        world.obey(
          coordinator.idAllocationFailed(command.trigger, "TRIGGER_CHECKPOINT_FAILURE", world.now),
        );
      }
      return;
    case "write-metadata":
      if (isWell) world.disk.add(command.path);
      world.obey(coordinator.metadataWritten(command.checkpoint, isWell, world.now));
      return;
    case "store-checkpoint": {
      const { checkpoint } = command.pointer;
      if (outcome !== "failed") world.needed.set(checkpoint, world.metadata.get(checkpoint) ?? []);
      if (isWell) world.stored.add(checkpoint);
      world.obey(coordinator.checkpointStored(checkpoint, outcome, world.now));
      return;
    }
    case "drop-pointer":
      world.needed.delete(command.checkpoint);
      world.obey(coordinator.pointerDropped(command.checkpoint, world.now));
      return;
    case "discard-checkpoint":
      world.obey(coordinator.checkpointDiscarded(command.checkpoint, world.now));
      return;
    default:
      return;
  }
}

function completedOnce(): { readonly coordinator: CheckpointCoordinator; readonly now: Instant } {
  const coordinator = new CheckpointCoordinator(checkpointConfig({ interval: seconds(1) }));
  const now = instant(0);
  open(coordinator, now);
  coordinator.idAllocated(1, checkpointId(1), now);
  for (const task of TASKS) coordinator.acknowledge(ackOf(1, task, 1), now);
  coordinator.metadataWritten(checkpointId(1), true, now);
  coordinator.checkpointStored(checkpointId(1), "stored", now);
  return { coordinator, now };
}

/** Has a checkpoint triggered up to the allocation of its id. */
function open(coordinator: CheckpointCoordinator, now: Instant): readonly CoordinatorCommand[] {
  const request = { isPeriodic: false, properties: CHECKPOINT_PROPERTIES };
  const [command] = coordinator.trigger(request, now);
  if (command?.kind !== "calculate-plan")
    throw new Error("Cannot open a checkpoint: no plan asked for");
  return coordinator.planCalculated(
    command.trigger,
    calculateCheckpointPlan(executionsOf(1, true)),
    now,
  );
}

function executionsOf(attempt: number, isRunning: boolean) {
  return TASKS.map((task) => ({
    task,
    attempt: attemptNumber(attempt),
    subtaskIndex: 0,
    state: isRunning ? "RUNNING" : "DEPLOYING",
    isSource: task === "source-1",
    operators: [{ operatorId: task, name: task, parallelism: 1, maxParallelism: 128 }],
  }));
}

function ackOf(id: number, task: string, attempt: number): Acknowledgement {
  const path = `chk-${id}/${task}-${attempt}`;
  const keyed = { kind: "file", path, sizeBytes: 10 } as const;
  return {
    checkpoint: checkpointId(id),
    task: { task, attempt: attemptNumber(attempt) },
    operatorStates: [
      {
        operatorId: task,
        state: { keyed, operator: undefined, sizeBytes: 10, checkpointedBytes: 10 },
      },
    ],
    metrics: NO_METRICS,
  };
}

function filesIn({ operatorStates }: Acknowledgement): readonly string[] {
  return operatorStates.flatMap(({ state }) =>
    state?.keyed?.kind === "file" ? [state.keyed.path] : [],
  );
}

function kindsOf(commands: readonly CoordinatorCommand[]): readonly string[] {
  return commands.map((command) => (command.kind === "record" ? command.event : command.kind));
}

function nameOf(timer: CoordinatorTimer): string {
  return timer.kind === "periodic-trigger" ? timer.kind : `${timer.kind} ${timer.checkpoint}`;
}
