// A small engine around one sink subtask: attempts that run the sink's hooks against a real outside, a coordinator
// that keeps completed checkpoints, and a plan of what goes wrong. An attempt that crashes loses everything but what
// it has sent; a zombie goes on without the coordinator.

import { type Asking, OutsideRequestError } from "../../sim/connectors/ask.ts";
import type { OutsideVerdict } from "../../sim/connectors/outside-world.ts";
import { TransactionalLog } from "../../sim/connectors/transactional-log.ts";
import { TransactionalLogSink } from "../../sim/connectors/transactional-log-sink.ts";
import type { Actor } from "../../sim/kernel/actor.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { invariant, must } from "../../sim/kernel/invariant.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { type Duration, seconds } from "../../sim/kernel/virtual-time.ts";
import { operatorStateMetasOf } from "../../sim/runtime/state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../../sim/runtime/state/operator-state.ts";
import { redistributeOperatorState } from "../../sim/runtime/state/operator-state-redistribution.ts";
import type {
  OutsideAnswerMessage,
  OutsideRequest,
} from "../../sim/runtime/task/outside-request.ts";
import { RecordedOutside } from "./recorded-outside.ts";

/** What goes wrong in one history. */
export interface SinkPlan {
  readonly seed: number;
  readonly records: number;
  /** Records between two barriers. */
  readonly epoch: number;
  readonly batchSize: number;
  /** By attempt: where it crashes, counted in requests it waits for. */
  readonly crashes: readonly Crash[];
  /** Checkpoints, by id, that never complete. */
  readonly declined: readonly number[];
  /** Checkpoints whose completion the sink never hears of. */
  readonly unheard: readonly number[];
  /** What becomes of the requests sent, in order; those after are fine. */
  readonly verdicts: readonly OutsideVerdict[];
  /** Age at which the log gives a transaction up. */
  readonly transactionTimeout: Duration;
}

/** The end of an attempt. */
export interface Crash {
  readonly atRequest: number;
  /** Whether that request still goes out. */
  readonly isSent: boolean;
  /** Whether the attempt goes on although another one takes its place. */
  readonly isZombie: boolean;
}

/** A plan in which nothing goes wrong. */
export const FINE: SinkPlan = {
  seed: 1,
  records: 8,
  epoch: 3,
  batchSize: 2,
  crashes: [],
  declined: [],
  unheard: [],
  verdicts: [],
  transactionTimeout: seconds(36_000),
};

interface Checkpoint {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

const ATTEMPTS_MAX = 40;

/** One run of a plan. */
export class SinkHistory {
  readonly plan: SinkPlan;
  readonly outside: RecordedOutside;
  readonly log: TransactionalLog;
  readonly input: readonly string[];
  latest: Checkpoint | undefined = undefined;
  isDone = false;
  /** Requests the first attempt waited for. */
  requestsOfFirst = 0;
  #attempts = 0;
  #current: SinkAttempt | undefined = undefined;
  #nextCheckpoint = 1;

  constructor(plan: SinkPlan) {
    this.plan = plan;
    let sent = 0;
    const verdict = (): OutsideVerdict => plan.verdicts[sent++] ?? { kind: "normal" };
    this.outside = new RecordedOutside({
      chooser: new SeededChooser(plan.seed),
      conditions: { verdict },
    });
    const { simulation, recorder } = this.outside;
    const { transactionTimeout } = plan;
    this.log = new TransactionalLog({
      simulation,
      recorder,
      name: "out",
      partitions: 1,
      transactionTimeout,
    });
    this.outside.world.add(this.log);
    this.input = Array.from({ length: plan.records }, (_, index) => `r${index}`);
  }

  /** What a read-committed reader sees when nothing more can happen. */
  run(): readonly unknown[] {
    this.startNext();
    this.outside.settle();
    invariant(this.isDone, "Cannot end the history: no attempt came to its end");
    return this.log.readCommitted(0).map(({ value }) => value);
  }

  startNext(): void {
    const number = this.#attempts++;
    invariant(number < ATTEMPTS_MAX, "Cannot start an attempt: the sink fails again and again");
    this.#current = new SinkAttempt(this, number);
    this.#current.start();
  }

  /** The coordinator hears no more of the attempt under way. */
  giveUpCurrent(): void {
    this.#current = undefined;
  }

  isCurrent(attempt: SinkAttempt): boolean {
    return this.#current === attempt;
  }

  triggerCheckpoint(): number {
    return this.#nextCheckpoint++;
  }
}

/** One attempt of the sink's subtask. */
class SinkAttempt implements Actor {
  readonly incarnation: Incarnation;
  readonly #history: SinkHistory;
  readonly #crash: Crash | undefined;
  readonly #sink: TransactionalLogSink<string>;
  readonly #state = new OperatorStateBackend();
  readonly #program: Asking<void>;
  #awaited: { readonly requestId: number; readonly request: OutsideRequest } | undefined =
    undefined;
  #nextRequest = 0;
  #waits = 0;

  constructor(history: SinkHistory, number: number) {
    this.#history = history;
    this.#crash = history.plan.crashes[number];
    this.incarnation = new Incarnation(new Place("sink-1"), number);
    this.#sink = new TransactionalLogSink("out", { batchSize: history.plan.batchSize });
    this.#program = this.#run();
  }

  start(): void {
    this.#advance(() => this.#program.next());
  }

  receive(message: unknown): void {
    const { kind } = message as { readonly kind: string };
    if (kind === "start-next") {
      this.#history.startNext();
      return;
    }
    const { requestId, answer } = message as OutsideAnswerMessage;
    const awaited = this.#awaited;
    if (awaited === undefined || awaited.requestId !== requestId) return;
    if (kind === "overdue") {
      this.#send(awaited.request, requestId);
      return;
    }
    this.#awaited = undefined;
    this.#advance(() => this.#program.next(answer));
  }

  stateHash(): string {
    return "";
  }

  *#run(): Asking<void> {
    const history = this.#history;
    const { plan, input } = history;
    const { simulation } = history.outside;
    const sink = this.#sink;
    const restored = history.latest;
    if (restored !== undefined) {
      const shares = redistributeOperatorState([operatorStateMetasOf(restored.bytes)], 1)[0];
      this.#state.restore([restored.bytes], must(shares, "share of the sink's state"));
    }
    sink.setSinkContext({
      uid: "sink",
      subtaskIndex: 0,
      parallelism: 1,
      attempt: this.incarnation.number,
      now: () => simulation.now,
      send: (request) => this.#send(request, this.#nextRequest++),
    });
    yield* sink.initializeState({
      isRestored: () => restored !== undefined,
      getRestoredCheckpointId: () => restored?.id,
      getOperatorStateStore: () => this.#state,
    });
    let offset = restored?.offset ?? 0;
    let isFinished = false;
    for (;;) {
      const barrier = Math.min(offset + plan.epoch, input.length);
      for (; offset < barrier; offset++) {
        const hook = sink.invoke(must(input[offset], "record"));
        if (hook !== undefined) yield* hook;
      }
      if (!history.isCurrent(this)) return;
      if (offset === input.length && !isFinished) {
        isFinished = true;
        yield* sink.finish();
      }
      const id = history.triggerCheckpoint();
      yield* sink.snapshotState({ getCheckpointId: () => id });
      if (!history.isCurrent(this)) continue;
      if (plan.declined.includes(id)) {
        const hook = sink.notifyCheckpointAborted(id);
        if (hook !== undefined) yield* hook;
        continue;
      }
      history.latest = { id, bytes: this.#state.snapshot(), offset };
      if (!plan.unheard.includes(id)) {
        yield* sink.notifyCheckpointComplete(id);
        if (isFinished) break;
      }
    }
    yield* sink.close();
    if (history.isCurrent(this)) history.isDone = true;
  }

  #advance(resume: () => IteratorResult<OutsideRequest, void>): void {
    try {
      const result = resume();
      if (result.done === true) return;
      const requestId = this.#nextRequest++;
      this.#awaited = { requestId, request: result.value };
      const ordinal = this.#waits++;
      if (this.incarnation.number === 0) this.#history.requestsOfFirst = this.#waits;
      const crash = this.#crash?.atRequest === ordinal ? this.#crash : undefined;
      if (crash === undefined || crash.isSent) this.#send(result.value, requestId);
      if (crash !== undefined) this.#fail(crash.isZombie);
    } catch (error) {
      if (!(error instanceof OutsideRequestError)) throw error;
      this.#fail(false);
    }
  }

  /** Ends this attempt, or leaves it as a zombie, and has the next one started. */
  #fail(isZombie: boolean): void {
    if (!isZombie) this.incarnation.end();
    if (!this.#history.isCurrent(this)) return;
    this.#history.giveUpCurrent();
    const starter = new Starter(this.#history);
    this.#history.outside.simulation.schedule(seconds(1), starter, { kind: "start-next" });
  }

  #send(request: OutsideRequest, requestId: number): void {
    const { world, simulation } = this.#history.outside;
    world.send({ requester: this, requesterName: "sink-1", requestId, request });
    simulation.schedule(seconds(5), this, { kind: "overdue", requestId });
  }
}

/** Starts the next attempt when its time has come. */
class Starter implements Actor {
  readonly incarnation = new Incarnation(new Place("job-master"), 0);
  readonly #history: SinkHistory;

  constructor(history: SinkHistory) {
    this.#history = history;
  }

  receive(): void {
    this.#history.startNext();
  }

  stateHash(): string {
    return "";
  }
}
