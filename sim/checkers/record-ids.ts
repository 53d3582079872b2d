// Gives every record of a run its id, step by step. Ids are kept for past attempts too: what an attempt wrote may be
// committed after it is gone.

import { mixHash } from "../kernel/hash.ts";
import { must } from "../kernel/invariant.ts";
import type { EventOf } from "../trace/trace-event.ts";
import type { Derivation, Derivations } from "./derivations.ts";
import type { JobShape } from "./job-shape.ts";
import type { SinkWriter, SinkWriters } from "./sink-writers.ts";
import type { StagePlan } from "./stage-plan.ts";

/** Stands for a record whose origin is not known. */
export const UNKNOWN: Derivation = -1;

/** What the ids of a job rest on; copies share it. */
export interface IdBasis {
  readonly shape: JobShape;
  readonly writers: SinkWriters;
  readonly plan: StagePlan;
  readonly derivations: Derivations;
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
  readonly attempts: Map<number, AttemptIds>;
  recent: AttemptIds | undefined;
}

/** The ids of all records so far. */
export class RecordIds {
  readonly #basis: IdBasis;
  readonly #subtasks: ReadonlyMap<string, SubtaskIds>;

  constructor(original: RecordIds | IdBasis) {
    if (original instanceof RecordIds) {
      this.#basis = original.#basis;
      this.#subtasks = new Map([...original.#subtasks].map(([name, ids]) => [name, copyOf(ids)]));
      return;
    }
    this.#basis = original;
    const { subtasks } = original.shape;
    this.#subtasks = new Map(
      subtasks.map(({ name }) => [name, { attempts: new Map(), recent: undefined }]),
    );
  }

  /** A step of a source begins. */
  read(event: EventOf<"record-read">): Derivation {
    const { shape, derivations } = this.#basis;
    const subtask = shape.subtaskNamed.get(event.place);
    if (subtask === undefined) return UNKNOWN;
    const { partition, offset } = event;
    const root = derivations.root({ vertex: subtask.vertex.id, partition, offset });
    return this.#begin(event, root);
  }

  /** A step of another subtask begins, with the record that was sent under that number. */
  take(event: EventOf<"record-processed">): Derivation {
    const channel = this.#basis.shape.channelNamed.get(event.channel);
    if (channel === undefined) return this.#begin(event, UNKNOWN);
    const producer = this.#subtasks.get(channel.producer.name)?.attempts.get(event.incarnation);
    return this.#begin(event, producer?.sent.get(channel.number)?.[event.sequence] ?? UNKNOWN);
  }

  /** A step of a timer begins; `nth` such timers fired before it. */
  fire(event: EventOf<"timer-fired">, nth: number): Derivation {
    const { operator, key, timestamp } = event;
    return this.#begin(event, this.#basis.derivations.timer({ operator, key, timestamp, nth }));
  }

  emit(event: EventOf<"record-emitted">): Derivation {
    const { shape, plan } = this.#basis;
    const channel = shape.channelNamed.get(event.channel);
    const attempt = this.#attemptOf(event);
    if (channel === undefined || attempt === undefined) return UNKNOWN;
    const id = this.#output(attempt, must(plan.ofChannel[channel.number], "stage of a channel"));
    const sent = attempt.sent.get(channel.number) ?? [];
    attempt.sent.set(channel.number, sent);
    sent[event.sequence] = id;
    return id;
  }

  write(event: EventOf<"record-written">): Derivation {
    const { writers, plan } = this.#basis;
    const writer = writers.find(event.place, event.sink);
    const attempt = this.#attemptOf(event);
    if (writer === undefined || attempt === undefined) return UNKNOWN;
    const id = this.#output(attempt, must(plan.ofSink.get(writer.uid), "stage of a sink"));
    const written = attempt.written.get(writer.number) ?? [];
    attempt.written.set(writer.number, written);
    written.push(id);
    return id;
  }

  /** What a writer was given in an attempt, in order. */
  written({ number, subtask }: SinkWriter, attempt: number): readonly Derivation[] {
    return this.#subtasks.get(subtask.name)?.attempts.get(attempt)?.written.get(number) ?? [];
  }

  clone(): RecordIds {
    return new RecordIds(this);
  }

  /** A hash of ids in order, which does not depend on who asked for them first. */
  hashOf(ids: readonly Derivation[]): number {
    const { derivations } = this.#basis;
    return ids.reduce((hash, id) => mixHash(hash, id < 0 ? 0 : derivations.hashOf(id)), 0);
  }

  /** Plain data that determines the ids of records to come, as far as attempts later than `past` have a part in them. */
  describeState(past: number): unknown {
    return [...this.#subtasks.values()].map(({ attempts }) => {
      const living = [...attempts.values()].filter(({ attempt }) => attempt > past);
      return living.map(({ attempt, input, sent }) => {
        const lists = [...sent].map(([channel, ids]) => [channel, ids.length, this.hashOf(ids)]);
        return [attempt, this.hashOf([input]), lists];
      });
    });
  }

  #begin(
    event: EventOf<"record-read" | "record-processed" | "timer-fired">,
    input: Derivation,
  ): Derivation {
    const attempt = this.#attemptOf(event);
    if (attempt === undefined) return UNKNOWN;
    attempt.input = input;
    attempt.outputs.clear();
    return input;
  }

  /** The id of the next output of the step under way. */
  #output(attempt: AttemptIds, stage: number): Derivation {
    if (attempt.input === UNKNOWN) return UNKNOWN;
    const { derivations } = this.#basis;
    const last = attempt.outputs.get(stage);
    const id =
      last === undefined
        ? derivations.firstOutput(attempt.input, stage)
        : derivations.nextOutput(last, stage);
    attempt.outputs.set(stage, id);
    return id;
  }

  #attemptOf({
    place,
    incarnation,
  }: {
    readonly place: string;
    readonly incarnation: number;
  }): AttemptIds | undefined {
    const ids = this.#subtasks.get(place);
    if (ids === undefined || ids.recent?.attempt === incarnation) return ids?.recent;
    const found = ids.attempts.get(incarnation) ?? freshIds(incarnation);
    ids.attempts.set(incarnation, found);
    ids.recent = found;
    return found;
  }
}

function freshIds(attempt: number): AttemptIds {
  return {
    attempt,
    input: UNKNOWN,
    outputs: new Map(),
    sent: new Map(),
    written: new Map(),
  };
}

function copyOf({ attempts }: SubtaskIds): SubtaskIds {
  const copies = new Map<number, AttemptIds>();
  for (const [number, { sent, written, outputs, ...rest }] of attempts) {
    copies.set(number, {
      ...rest,
      outputs: new Map(outputs),
      sent: new Map([...sent].map(([channel, ids]) => [channel, ids.slice()])),
      written: new Map([...written].map(([writer, ids]) => [writer, ids.slice()])),
    });
  }
  return { attempts: copies, recent: undefined };
}
