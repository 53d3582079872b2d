// The steps of all subtasks as far as they count, as multisets of the ids of what they took and put out. A restore
// throws away what lies behind its cut: the digests give it back, one id at a time.

import { mixHash } from "../kernel/hash.ts";
import { must } from "../kernel/invariant.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import { type Derivation, DerivationBag, Derivations } from "./derivations.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { refuteDifference } from "./multiset-difference.ts";
import { isLog, logNamed, sourceSystemOf } from "./outside-log.ts";
import { RecordIds, UNKNOWN } from "./record-ids.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";
import type { SinkWriter, SinkWriters } from "./sink-writers.ts";
import { type StagePlan, stagePlanOf } from "./stage-plan.ts";
import { Submissions } from "./submissions.ts";

/** An effect that readers see. */
type Committed = EventOf<"record-committed">;

type CountedEvent = EventOf<
  "record-read" | "record-processed" | "timer-fired" | "record-emitted" | "record-written"
>;

/** One id in one bag, as long as the step that put it there counts. */
interface Contribution {
  readonly bag: number;
  readonly id: Derivation;
  readonly event: CountedEvent;
  /** A hash of this and all before it. */
  readonly chain: number;
}

/** What counts of one subtask. */
interface SubtaskHistory {
  readonly subtask: Subtask;
  /** The attempt that counts. */
  attempt: number;
  readonly contributions: Contribution[];
  /** By checkpoint: how many of the contributions lie before the snapshot. */
  readonly cuts: Map<number, number>;
}

/** Follows ids through a job. */
export class ProvenanceHistory {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  readonly #submissions: Submissions;
  readonly #writers: SinkWriters;
  readonly #plan: StagePlan;
  readonly #derivations: Derivations;
  readonly #ids: RecordIds;
  readonly #subtasks: ReadonlyMap<string, SubtaskHistory>;
  readonly #bags: readonly DerivationBag[];
  /** What became visible, by the sink's uid. */
  readonly #committed: Map<string, Map<Derivation, Committed>>;
  /** How many timers fired, by their operator, key and timestamp. */
  readonly #fired: Map<string, number>;
  #past = -1;
  #newest = -1;

  constructor(
    original:
      | ProvenanceHistory
      | { readonly job: CheckedJob; readonly shape: JobShape; readonly writers: SinkWriters },
  ) {
    this.#committed = new Map();
    if (original instanceof ProvenanceHistory) {
      this.#job = original.#job;
      this.#shape = original.#shape;
      this.#submissions = original.#submissions.clone();
      this.#writers = original.#writers;
      this.#plan = original.#plan;
      this.#derivations = original.#derivations;
      this.#ids = original.#ids.clone();
      this.#subtasks = new Map([...original.#subtasks].map(([name, one]) => [name, copyOf(one)]));
      this.#bags = original.#bags.map((bag) => bag.clone());
      for (const [uid, ids] of original.#committed) this.#committed.set(uid, new Map(ids));
      this.#fired = new Map(original.#fired);
      this.#past = original.#past;
      this.#newest = original.#newest;
      return;
    }
    const { job, shape, writers } = original;
    this.#job = job;
    this.#shape = shape;
    this.#submissions = new Submissions(shape);
    this.#writers = writers;
    const plan = stagePlanOf(shape, writers);
    this.#plan = plan;
    this.#derivations = new Derivations(plan.stages);
    this.#ids = new RecordIds({ shape, writers, plan, derivations: this.#derivations });
    this.#subtasks = new Map(shape.subtasks.map((subtask) => [subtask.name, freshOf(subtask)]));
    this.#fired = new Map();
    const bags = 2 * plan.stages + shape.description.vertices.length + 1;
    this.#bags = Array.from({ length: bags }, () => new DerivationBag());
  }

  /** Source records in the history that counts. */
  get reads(): number {
    const { vertices } = this.#shape.description;
    return vertices.reduce((sum, { id }) => sum + this.#bag(this.#readBag(id)).digest.count, 0);
  }

  /** How many effects became visible, by log. */
  get effects(): ReadonlyMap<string, number> {
    const effects = new Map<string, number>();
    for (const committed of this.#committed.values()) {
      for (const { log } of committed.values()) effects.set(log, (effects.get(log) ?? 0) + 1);
    }
    return effects;
  }

  step(event: CountedEvent): void {
    const history = this.#subtasks.get(event.place);
    if (history === undefined) return;
    switch (event.kind) {
      case "record-read":
        this.#contribute(
          history,
          event,
          this.#readBag(history.subtask.vertex.id),
          this.#ids.read(event),
        );
        return;
      case "record-processed":
        this.#contribute(
          history,
          event,
          takenBag(this.#stageOf(event.channel)),
          this.#ids.take(event),
        );
        return;
      case "timer-fired": {
        const nth = this.#fired.get(timerOf(event)) ?? 0;
        this.#contribute(history, event, this.#firedBag, this.#ids.fire(event, nth));
        return;
      }
      case "record-emitted":
        this.#contribute(
          history,
          event,
          putBag(this.#stageOf(event.channel)),
          this.#ids.emit(event),
        );
        return;
      default: {
        const stage = this.#plan.ofSink.get(event.sink);
        const id = this.#ids.write(event);
        if (stage !== undefined) this.#contribute(history, event, putBag(stage), id);
      }
    }
  }

  /** An effect became visible. Returns the event by which it had become visible before. */
  commit(writer: SinkWriter, id: Derivation, event: Committed): Committed | undefined {
    if (id === UNKNOWN) return undefined;
    const committed = this.#committed.get(writer.uid) ?? new Map<Derivation, Committed>();
    this.#committed.set(writer.uid, committed);
    const before = committed.get(id);
    if (before !== undefined) return before;
    committed.set(id, event);
    this.#bag(takenBag(this.#stageOfSink(writer))).add(this.#derivations.hashOf(id), 1);
    return undefined;
  }

  cut({ place, incarnation, checkpoint }: EventOf<"snapshot-taken">): void {
    const history = this.#subtasks.get(place);
    if (history?.attempt !== incarnation) return;
    history.cuts.set(checkpoint, history.contributions.length);
  }

  /** From here on the run stands at a checkpoint again. */
  goBack({ checkpoint }: EventOf<"restore-started">): void {
    this.#past = this.#newest;
    for (const history of this.#subtasks.values()) this.#throwAway(history, checkpoint);
  }

  /** Learns of checkpoints and of submissions. */
  hear(event: TraceEvent): void {
    this.#submissions.step(event);
  }

  restore({ place, incarnation, checkpoint }: EventOf<"task-restored">): void {
    const history = this.#subtasks.get(place);
    if (history === undefined || incarnation < history.attempt) return;
    this.#throwAway(history, checkpoint);
    history.attempt = incarnation;
    this.#newest = Math.max(this.#newest, incarnation);
  }

  /** What a writer was given in an attempt, in order. */
  written(writer: SinkWriter, attempt: number): readonly Derivation[] {
    return this.#ids.written(writer, attempt);
  }

  /** Names the source record or timer behind an id. */
  nameOf(id: Derivation): string {
    const origin = this.#derivations.originOf(id);
    if (origin.kind === "timer") {
      const { operator, key, timestamp } = origin.timer;
      return `the timer of ${operator} for key ${shortened(key)} at ${timestamp} ms`;
    }
    const { vertex, partition, offset } = origin.record;
    return `record ${offset} of ${this.#systemOf(vertex) ?? "a source"}/${partition}`;
  }

  /** Source records that were not read once. */
  refuteReads(finishedBy: TraceEvent): Refutation | undefined {
    for (const { id: vertex } of this.#shape.description.vertices) {
      const should = this.#recordsOf(vertex);
      const expected = new DerivationBag();
      for (const id of should.keys()) expected.add(this.#derivations.hashOf(id), 1);
      const bag = this.#readBag(vertex);
      if (should.size === 0 || expected.equals(this.#bag(bag))) continue;
      const refutation = refuteDifference({
        should,
        is: this.#countsIn(bag),
        never: "is never read",
        again: "is read",
        nameOf: (id) => this.nameOf(id),
        finishedBy,
      });
      if (refutation !== undefined) return refutation;
    }
    return undefined;
  }

  /** Records sent that were not taken once. */
  refuteExchanges(finishedBy: TraceEvent): Refutation | undefined {
    for (let stage = 0; stage < this.#plan.firstSink; stage++) {
      if (this.#bag(putBag(stage)).equals(this.#bag(takenBag(stage)))) continue;
      const refutation = refuteDifference({
        should: this.#countsIn(putBag(stage)),
        is: this.#countsIn(takenBag(stage)),
        never: "is never worked on",
        again: "is worked on",
        nameOf: (id) => this.nameOf(id),
        finishedBy,
      });
      if (refutation !== undefined) return refutation;
    }
    return undefined;
  }

  /** Records written to exactly-once sinks that were not committed once. */
  refuteSinks(finishedBy: TraceEvent): Refutation | undefined {
    for (const writer of this.#writers.all) {
      if (writer.guarantee !== "exactly-once" || !isLog(writer.target)) continue;
      const stage = this.#stageOfSink(writer);
      if (this.#bag(putBag(stage)).equals(this.#bag(takenBag(stage)))) continue;
      const committed = [...(this.#committed.get(writer.uid) ?? [])];
      const refutation = refuteDifference({
        should: this.#countsIn(putBag(stage)),
        is: new Map(committed.map(([id, event]) => [id, [event]])),
        never: `never comes to ${writer.target}`,
        again: `is committed to ${writer.target}`,
        nameOf: (id) => this.nameOf(id),
        finishedBy,
      });
      if (refutation !== undefined) return refutation;
    }
    return undefined;
  }

  clone(): ProvenanceHistory {
    return new ProvenanceHistory(this);
  }

  /** Plain data that determines what is still to be said of ids. */
  describeState(): unknown {
    const subtasks = [...this.#subtasks.values()].map(({ attempt, contributions, cuts }) => {
      const living = attempt > this.#past ? attempt : undefined;
      return [living, contributions.length, contributions.at(-1)?.chain, [...cuts]];
    });
    const bags = this.#bags.map(({ digest }) => [digest.count, digest.low, digest.high]);
    return [subtasks, this.#ids.describeState(this.#past), bags];
  }

  /** A hash of the ids of what a writer was given first in an attempt. */
  writtenHash(of: {
    readonly writer: SinkWriter;
    readonly attempt: number;
    readonly length: number | undefined;
  }): number {
    return this.#ids.hashOf(this.written(of.writer, of.attempt).slice(0, of.length));
  }

  #contribute(history: SubtaskHistory, event: CountedEvent, bag: number, id: Derivation): void {
    this.#newest = Math.max(this.#newest, event.incarnation);
    const { attempt, contributions } = history;
    if (id === UNKNOWN || event.incarnation !== attempt || attempt <= this.#past) return;
    const hash = this.#derivations.hashOf(id);
    const chain = mixHash(mixHash(contributions.at(-1)?.chain ?? 0, bag), hash);
    contributions.push({ bag, id, event, chain });
    this.#bag(bag).add(hash, 1);
    if (event.kind === "timer-fired") this.#countFired(event, 1);
  }

  /** Forgets what lies behind the subtask's snapshot for `checkpoint`. */
  #throwAway({ subtask, contributions, cuts }: SubtaskHistory, checkpoint: number): void {
    const length = cuts.get(this.#submissions.cutOf(subtask, checkpoint)) ?? 0;
    while (contributions.length > length) {
      const { bag, id, event } = must(contributions.pop(), "contribution");
      this.#bag(bag).add(this.#derivations.hashOf(id), -1);
      if (event.kind === "timer-fired") this.#countFired(event, -1);
    }
    for (const later of [...cuts.keys()]) if (later > checkpoint) cuts.delete(later);
  }

  #countFired(event: EventOf<"timer-fired">, times: 1 | -1): void {
    const timer = timerOf(event);
    this.#fired.set(timer, (this.#fired.get(timer) ?? 0) + times);
  }

  /** Counts a bag out. */
  #countsIn(bag: number): ReadonlyMap<Derivation, readonly TraceEvent[]> {
    const counts = new Map<Derivation, TraceEvent[]>();
    for (const { contributions } of this.#subtasks.values()) {
      for (const contribution of contributions) {
        if (contribution.bag !== bag) continue;
        const events = counts.get(contribution.id) ?? [];
        counts.set(contribution.id, events);
        events.push(contribution.event);
      }
    }
    return counts;
  }

  /** The records there are to read for a vertex; none where they are not known. */
  #recordsOf(vertex: number): ReadonlyMap<Derivation, readonly TraceEvent[]> {
    const system = this.#systemOf(vertex);
    const log = system === undefined ? undefined : logNamed(this.#job, system);
    const all = new Map<Derivation, readonly TraceEvent[]>();
    for (const [partition, records] of (log ?? []).entries()) {
      for (const offset of records.keys()) {
        all.set(this.#derivations.root({ vertex, partition, offset }), []);
      }
    }
    return all;
  }

  #systemOf(vertex: number): string | undefined {
    const described = this.#shape.description.vertices[vertex];
    return described && sourceSystemOf(this.#job, described);
  }

  #stageOf(channel: string): number {
    const number = this.#shape.channelNamed.get(channel)?.number ?? -1;
    return this.#plan.ofChannel[number] ?? 0;
  }

  #stageOfSink({ uid }: SinkWriter): number {
    return must(this.#plan.ofSink.get(uid), "stage of a sink");
  }

  #readBag(vertex: number): number {
    return 2 * this.#plan.stages + vertex;
  }

  /** The bag of the timers that fired, which nothing is compared with. */
  get #firedBag(): number {
    return this.#bags.length - 1;
  }

  #bag(number: number): DerivationBag {
    return must(this.#bags[number], "bag");
  }
}

function timerOf({ operator, key, timestamp }: EventOf<"timer-fired">): string {
  return `${timestamp} ${operator} ${key}`;
}

/** The bag of what was put into a stage. */
function putBag(stage: number): number {
  return 2 * stage;
}

/** The bag of what came out of it: was worked on, or is committed. */
function takenBag(stage: number): number {
  return 2 * stage + 1;
}

function freshOf(subtask: Subtask): SubtaskHistory {
  return { subtask, attempt: 0, contributions: [], cuts: new Map() };
}

function copyOf(history: SubtaskHistory): SubtaskHistory {
  const { contributions, cuts } = history;
  return { ...history, contributions: contributions.slice(), cuts: new Map(cuts) };
}
