// The steps of all subtasks as far as they count, by the ids of what they took and put out. A restore throws away what
// lies behind its cut; ids are kept for past attempts too, since their transactions may yet be committed.

import { mixHash } from "../kernel/hash.ts";
import { must } from "../kernel/invariant.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import { type Derivation, DerivationBag, Derivations } from "./derivations.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { logNamed } from "./outside-log.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";
import type { SinkWriter, SinkWriters } from "./sink-writers.ts";
import { type StagePlan, stagePlanOf } from "./stage-plan.ts";
import type { EventOf } from "./witness.ts";

/** Stands for a record whose origin is not known. */
const UNKNOWN: Derivation = -1;

type CountedEvent = EventOf<
  "record-read" | "record-processed" | "record-emitted" | "record-written"
>;

/** One id in one bag, as long as the step that put it there counts. */
interface Contribution {
  readonly bag: number;
  readonly id: Derivation;
  readonly event: CountedEvent;
  /** A hash of this and all before it. */
  readonly chain: number;
}

/** The ids of one attempt. */
interface AttemptIds {
  readonly attempt: number;
  /** What the step under way took. */
  input: Derivation;
  /** The last output of the step under way, by stage. */
  readonly outputs: Map<number, Derivation>;
  /** By channel, by sequence number. */
  readonly sent: Map<number, Derivation[]>;
  /** By writer, in order. */
  readonly written: Map<number, Derivation[]>;
}

/** One subtask. */
interface SubtaskIds {
  readonly subtask: Subtask;
  readonly attempts: Map<number, AttemptIds>;
  recent: AttemptIds | undefined;
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
  readonly #writers: SinkWriters;
  readonly #plan: StagePlan;
  readonly #derivations: Derivations;
  readonly #subtasks: ReadonlyMap<string, SubtaskIds>;
  readonly #bags: readonly DerivationBag[];
  #past = -1;
  #newest = -1;

  constructor(
    original:
      | ProvenanceHistory
      | { readonly job: CheckedJob; readonly shape: JobShape; readonly writers: SinkWriters },
  ) {
    if (original instanceof ProvenanceHistory) {
      this.#job = original.#job;
      this.#shape = original.#shape;
      this.#writers = original.#writers;
      this.#plan = original.#plan;
      this.#derivations = original.#derivations;
      const subtasks = [...original.#subtasks];
      this.#subtasks = new Map(subtasks.map(([name, ids]) => [name, copyOf(ids)]));
      this.#bags = original.#bags.map((bag) => bag.clone());
      this.#past = original.#past;
      this.#newest = original.#newest;
      return;
    }
    const { job, shape, writers } = original;
    this.#job = job;
    this.#shape = shape;
    this.#writers = writers;
    this.#plan = stagePlanOf(shape, writers);
    this.#derivations = new Derivations(this.#plan.stages);
    this.#subtasks = new Map(shape.subtasks.map((subtask) => [subtask.name, freshIds(subtask)]));
    const bags = 2 * this.#plan.stages + shape.description.vertices.length;
    this.#bags = Array.from({ length: bags }, () => new DerivationBag());
  }

  /** Source records in the history that counts. */
  get reads(): number {
    const vertices = this.#shape.description.vertices;
    return vertices.reduce((sum, { id }) => sum + this.#bag(this.#readBag(id)).digest.count, 0);
  }

  read(event: EventOf<"record-read">): void {
    const ids = this.#subtasks.get(event.place);
    if (ids === undefined) return;
    const { partition, offset } = event;
    const { id: vertex } = ids.subtask.vertex;
    const root = this.#derivations.root({ vertex, partition, offset });
    this.#begin(ids, event.incarnation, root);
    this.#contribute(ids, event, this.#readBag(vertex), root);
  }

  take(event: EventOf<"record-processed">): void {
    const ids = this.#subtasks.get(event.place);
    const channel = this.#shape.channelNamed.get(event.channel);
    if (ids === undefined || channel === undefined) return;
    const producer = this.#subtasks.get(channel.producer.name)?.attempts.get(event.incarnation);
    const id = producer?.sent.get(channel.number)?.[event.sequence] ?? UNKNOWN;
    this.#begin(ids, event.incarnation, id);
    this.#contribute(ids, event, takenBag(this.#stageOf(channel.number)), id);
  }

  emit(event: EventOf<"record-emitted">): void {
    const ids = this.#subtasks.get(event.place);
    const channel = this.#shape.channelNamed.get(event.channel);
    if (ids === undefined || channel === undefined) return;
    const attempt = this.#attemptOf(ids, event.incarnation);
    const stage = this.#stageOf(channel.number);
    const id = this.#output(attempt, stage);
    const sent = attempt.sent.get(channel.number) ?? [];
    attempt.sent.set(channel.number, sent);
    sent[event.sequence] = id;
    this.#contribute(ids, event, putBag(stage), id);
  }

  write(event: EventOf<"record-written">): void {
    const ids = this.#subtasks.get(event.place);
    const writer = this.#writers.find(event.place, event.sink);
    if (ids === undefined || writer === undefined) return;
    const attempt = this.#attemptOf(ids, event.incarnation);
    const stage = this.#stageOfSink(writer);
    const id = this.#output(attempt, stage);
    const written = attempt.written.get(writer.number) ?? [];
    attempt.written.set(writer.number, written);
    written.push(id);
    this.#contribute(ids, event, putBag(stage), id);
  }

  /** An effect became visible. */
  commit(writer: SinkWriter, id: Derivation): void {
    this.#bag(takenBag(this.#stageOfSink(writer))).add(this.#derivations.hashOf(id), 1);
  }

  cut({ place, incarnation, checkpoint }: EventOf<"snapshot-taken">): void {
    const ids = this.#subtasks.get(place);
    if (ids?.attempt === incarnation) ids.cuts.set(checkpoint, ids.contributions.length);
  }

  /** From here on the run stands at a checkpoint again. */
  goBack({ checkpoint }: EventOf<"restore-started">): void {
    this.#past = this.#newest;
    for (const ids of this.#subtasks.values()) this.#throwAway(ids, checkpoint);
  }

  restore({ place, incarnation, checkpoint }: EventOf<"task-restored">): void {
    const ids = this.#subtasks.get(place);
    if (ids === undefined || incarnation < ids.attempt) return;
    this.#throwAway(ids, checkpoint);
    ids.attempt = incarnation;
    this.#newest = Math.max(this.#newest, incarnation);
  }

  /** What a writer was given in an attempt, in order. */
  written({ number, subtask }: SinkWriter, attempt: number): readonly Derivation[] {
    return this.#subtasks.get(subtask.name)?.attempts.get(attempt)?.written.get(number) ?? [];
  }

  isKnown(id: Derivation): boolean {
    return id !== UNKNOWN;
  }

  /** Names the source record behind an id. */
  nameOf(id: Derivation): string {
    const { vertex, partition, offset } = this.#derivations.sourceOf(id);
    return `record ${offset} of ${this.#systemOf(vertex) ?? "a source"}/${partition}`;
  }

  /** Source records that were not read once. */
  refuteReads(finishedBy: TraceEvent): Refutation | undefined {
    for (const { id: vertex } of this.#shape.description.vertices) {
      const system = this.#systemOf(vertex);
      const log = system === undefined ? undefined : logNamed(this.#job, system);
      if (log === undefined) continue;
      const all: Derivation[] = [];
      for (const [partition, records] of log.entries()) {
        for (const offset of records.keys()) {
          all.push(this.#derivations.root({ vertex, partition, offset }));
        }
      }
      const expected = new DerivationBag();
      for (const id of all) expected.add(this.#derivations.hashOf(id), 1);
      if (expected.equals(this.#bag(this.#readBag(vertex)))) continue;
      const read = this.#countsIn(this.#readBag(vertex));
      const verb = { never: "is never read", again: "is read" };
      const difference = this.#difference(new Map(all.map((id) => [id, []])), read, verb);
      if (difference !== undefined) return withEnd(difference, finishedBy);
    }
    return undefined;
  }

  /** Records sent that were not taken once. */
  refuteExchanges(finishedBy: TraceEvent): Refutation | undefined {
    for (let stage = 0; stage < this.#plan.firstSink; stage++) {
      if (this.#bag(putBag(stage)).equals(this.#bag(takenBag(stage)))) continue;
      const put = this.#countsIn(putBag(stage));
      const taken = this.#countsIn(takenBag(stage));
      const verb = { never: "is never worked on", again: "is worked on" };
      const difference = this.#difference(put, taken, verb);
      if (difference !== undefined) return withEnd(difference, finishedBy);
    }
    return undefined;
  }

  /** Records written to exactly-once sinks that were not committed once. */
  refuteSinks(
    finishedBy: TraceEvent,
    committed: ReadonlyMap<Derivation, TraceEvent>,
  ): Refutation | undefined {
    for (const writer of this.#writers.all) {
      if (writer.guarantee !== "exactly-once" || !writer.target.startsWith("log:")) continue;
      const stage = this.#stageOfSink(writer);
      if (this.#bag(putBag(stage)).equals(this.#bag(takenBag(stage)))) continue;
      const put = this.#countsIn(putBag(stage));
      const visible = new Map(
        [...committed]
          .filter(([id]) => put.has(id))
          .map(([id, event]): [Derivation, TraceEvent[]] => [id, [event]]),
      );
      const verb = { never: `never comes to ${writer.target}`, again: "is committed" };
      const difference = this.#difference(put, visible, verb);
      if (difference !== undefined) return withEnd(difference, finishedBy);
    }
    return undefined;
  }

  clone(): ProvenanceHistory {
    return new ProvenanceHistory(this);
  }

  /** Plain data that determines what is still to be said of ids. */
  describeState(): unknown {
    const sentOf = ({ sent }: AttemptIds): unknown =>
      [...sent].map(([channel, list]) => [channel, list.length, this.#hashOfAll(list)]);
    const subtasks = [...this.#subtasks.values()].map((ids) => {
      const { attempt, contributions, cuts, attempts } = ids;
      const living = [...attempts.values()].filter((one) => one.attempt > this.#past);
      return [
        attempt > this.#past ? attempt : undefined,
        [contributions.length, contributions.at(-1)?.chain],
        [...cuts],
        living.map((one) => [
          one.attempt,
          one.input < 0 ? 0 : this.#hashOf(one.input),
          sentOf(one),
        ]),
      ];
    });
    return [subtasks, this.#bags.map(({ digest }) => [digest.count, digest.low, digest.high])];
  }

  /** A hash of the ids of what a writer was given first in an attempt. */
  writtenHash(of: {
    readonly writer: SinkWriter;
    readonly attempt: number;
    readonly length: number | undefined;
  }): number {
    return this.#hashOfAll(this.written(of.writer, of.attempt).slice(0, of.length));
  }

  #begin(ids: SubtaskIds, number: number, input: Derivation): void {
    const attempt = this.#attemptOf(ids, number);
    attempt.input = input;
    attempt.outputs.clear();
  }

  /** The id of the next output of the step under way. */
  #output(attempt: AttemptIds, stage: number): Derivation {
    if (attempt.input === UNKNOWN) return UNKNOWN;
    const last = attempt.outputs.get(stage);
    const id =
      last === undefined
        ? this.#derivations.firstOutput(attempt.input, stage)
        : this.#derivations.nextOutput(last, stage);
    attempt.outputs.set(stage, id);
    return id;
  }

  #contribute(ids: SubtaskIds, event: CountedEvent, bag: number, id: Derivation): void {
    if (id === UNKNOWN || event.incarnation !== ids.attempt || ids.attempt <= this.#past) return;
    const { contributions } = ids;
    const hash = this.#derivations.hashOf(id);
    const chain = mixHash(mixHash(contributions.at(-1)?.chain ?? 0, bag), hash);
    contributions.push({ bag, id, event, chain });
    this.#bag(bag).add(hash, 1);
  }

  /** Forgets what lies behind the subtask's snapshot for `checkpoint`. */
  #throwAway({ contributions, cuts }: SubtaskIds, checkpoint: number): void {
    const length = checkpoint === 0 ? 0 : (cuts.get(checkpoint) ?? 0);
    while (contributions.length > length) {
      const { bag, id } = must(contributions.pop(), "contribution");
      this.#bag(bag).add(this.#derivations.hashOf(id), -1);
    }
    for (const later of [...cuts.keys()]) if (later > checkpoint) cuts.delete(later);
  }

  /** The first id that is not exactly as often in `is` as it is in `should`, in words. */
  #difference(
    should: ReadonlyMap<Derivation, readonly TraceEvent[]>,
    is: ReadonlyMap<Derivation, readonly TraceEvent[]>,
    verb: { readonly never: string; readonly again: string },
  ): Refutation | undefined {
    for (const [id, put] of should) {
      const taken = is.get(id) ?? [];
      const expected = Math.max(1, put.length);
      if (taken.length === expected) continue;
      const events = [...put, ...taken].map(({ index }) => index);
      const [first] = put;
      const value = first !== undefined && "value" in first ? `${shortened(first.value)} of ` : "";
      const what = `${value}${this.nameOf(id)}`;
      const sentence =
        taken.length < expected
          ? `Record lost: ${what} ${verb.never}, though the job finished`
          : `Record doubled: ${what} ${verb.again} ${taken.length} times in the history that counts`;
      return { sentence, events };
    }
    for (const [id, taken] of is) {
      if (should.has(id)) continue;
      const sentence = `Record from nowhere: ${this.nameOf(id)} ${verb.again}, but should not be`;
      return { sentence, events: taken.map(({ index }) => index) };
    }
    return undefined;
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

  #attemptOf(ids: SubtaskIds, attempt: number): AttemptIds {
    if (ids.recent?.attempt === attempt) return ids.recent;
    const known = ids.attempts.get(attempt);
    const found = known ?? {
      attempt,
      input: UNKNOWN,
      outputs: new Map(),
      sent: new Map(),
      written: new Map(),
    };
    ids.attempts.set(attempt, found);
    ids.recent = found;
    this.#newest = Math.max(this.#newest, attempt);
    return found;
  }

  #systemOf(vertex: number): string | undefined {
    const head = this.#shape.description.vertices[vertex]?.operators[0]?.node;
    const node = this.#job.graph.nodes.find(({ id }) => id === head);
    return node?.operator.kind === "source" ? node.operator.source.system : undefined;
  }

  #hashOf(id: Derivation): number {
    return id === UNKNOWN ? 0 : this.#derivations.hashOf(id);
  }

  #hashOfAll(ids: readonly Derivation[]): number {
    return ids.reduce((hash, id) => mixHash(hash, this.#hashOf(id)), 0);
  }

  #stageOf(channel: number): number {
    return must(this.#plan.ofChannel[channel], "stage of a channel");
  }

  #stageOfSink({ uid }: SinkWriter): number {
    return must(this.#plan.ofSink.get(uid), "stage of a sink");
  }

  #readBag(vertex: number): number {
    return 2 * this.#plan.stages + vertex;
  }

  #bag(number: number): DerivationBag {
    return must(this.#bags[number], "bag");
  }
}

/** The bag of what was put into a stage. */
function putBag(stage: number): number {
  return 2 * stage;
}

/** The bag of what came out of it: was worked on, or is committed. */
function takenBag(stage: number): number {
  return 2 * stage + 1;
}

function freshIds(subtask: Subtask): SubtaskIds {
  const attempts = new Map<number, AttemptIds>();
  return { subtask, attempts, recent: undefined, attempt: 0, contributions: [], cuts: new Map() };
}

function copyOf(ids: SubtaskIds): SubtaskIds {
  const attempts = new Map<number, AttemptIds>();
  for (const [number, { sent, written, outputs, ...rest }] of ids.attempts) {
    attempts.set(number, {
      ...rest,
      outputs: new Map(outputs),
      sent: new Map([...sent].map(([channel, list]) => [channel, list.slice()])),
      written: new Map([...written].map(([writer, list]) => [writer, list.slice()])),
    });
  }
  return {
    ...ids,
    attempts,
    recent: undefined,
    contributions: ids.contributions.slice(),
    cuts: new Map(ids.cuts),
  };
}

function withEnd({ sentence, events }: Refutation, { index }: TraceEvent): Refutation {
  return { sentence, events: [...events, index].sort((a, b) => a - b) };
}
