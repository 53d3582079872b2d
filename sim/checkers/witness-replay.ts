// Replays a witness in the reference interpreter by a topological merge: a step waits until its input is at the
// head of its channel. Every step must be enabled, put out exactly what the trace says, and leave no record
// behind it; then the witness is a failure-free run.
//
// A record's identity is its channel, the attempt that sent it and its number. Channels hold nothing across an
// aligned cut, so a record is always taken in the attempt that sent it.

import type { StreamNode } from "../api/logical-job.ts";
import { canonicalText, parseCanonicalText } from "../kernel/canonical-value.ts";
import { must } from "../kernel/invariant.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob } from "./checker.ts";
import type { Channel, JobShape, Subtask } from "./job-shape.ts";
import { logNamed, sourceSystemOf } from "./outside-log.ts";
import { PartitionOwners } from "./partition-owners.ts";
import { ReferenceInterpreter } from "./reference-interpreter.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";
import type { SinkWriters } from "./sink-writers.ts";
import { outputsOf, putOut, StepComparison, type SubtaskOutputs } from "./step-comparison.ts";
import type { Submissions } from "./submissions.ts";
import type { StepEvent, WitnessPart, WitnessSegment } from "./witness.ts";

/** What replaying a witness showed. */
export interface ReplayResult {
  readonly steps: number;
  /** What each writer was given, by its number, in order. */
  readonly written: readonly (readonly EventOf<"record-written">[])[];
  readonly refutation: Refutation | undefined;
  /** Why the failure-free run may differ and yet be right; undefined if it may not. */
  readonly doubt: string | undefined;
}

/** A job whose witness is to be replayed. */
interface ReplayOptions {
  readonly job: CheckedJob;
  readonly shape: JobShape;
  /** Which attempts belong together; it goes on with the witness. */
  readonly submissions: Submissions;
  readonly writers: SinkWriters;
  /** The event that says that the job finished, after which nothing may be left over. */
  readonly finishedBy: TraceEvent | undefined;
}

/** Replays the parts of a witness, to the end. */
export function replayWitness(
  options: ReplayOptions & { readonly parts: readonly WitnessPart[] },
): ReplayResult {
  const replay = new WitnessReplay(options);
  replay.advance(options.parts);
  return replay.finish();
}

/** One channel, as the witness has filled it so far. */
interface SentRecords {
  readonly channel: Channel;
  readonly records: EventOf<"record-emitted">[];
  /** How many were taken. */
  taken: number;
  /** A subtask that cannot go on before the next record is here. */
  waiting: Cursor | undefined;
}

/** How far one subtask has come in its part. */
interface Cursor {
  part: WitnessPart;
  readonly outputs: SubtaskOutputs;
  /** Whether its functions want to hear of snapshots and completions. */
  readonly isListening: boolean;
  segment: number;
  position: number;
  isRefuted: boolean;
}

type Input = Exclude<StepEvent, EventOf<"record-emitted" | "record-written">>;

/** A replay that can be taken further as the witness grows. */
export class WitnessReplay {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  readonly #submissions: Submissions;
  readonly #finishedBy: TraceEvent | undefined;
  readonly #interpreter: ReferenceInterpreter;
  readonly #comparison: StepComparison;
  readonly #cursors: readonly Cursor[];
  readonly #sent: readonly SentRecords[];
  readonly #written: readonly EventOf<"record-written">[][];
  /** By vertex, by partition: the offset to be read next. */
  readonly #offsets = new Map<number, number[]>();
  readonly #partitions: PartitionOwners;
  /** The submissions gone through so far, the present one last. */
  #way: readonly number[] = [0];
  #runnable: Cursor[] = [];
  #steps = 0;
  #refutation: Refutation | undefined;
  #refutedAt = Number.POSITIVE_INFINITY;

  constructor(options: ReplayOptions) {
    const { job, shape, writers } = options;
    this.#job = job;
    this.#shape = shape;
    this.#submissions = options.submissions;
    this.#finishedBy = options.finishedBy;
    this.#written = writers.all.map(() => []);
    const { buildGraph } = job;
    this.#interpreter = new ReferenceInterpreter({ shape, buildGraph, textOf: canonicalText });
    this.#comparison = new StepComparison({
      shape,
      interpreter: this.#interpreter,
      onSent: (event, channel, value) => this.#send(event, channel, value),
    });
    this.#partitions = new PartitionOwners(job, shape);
    this.#cursors = shape.subtasks.map((subtask) => this.#cursorOf(subtask, writers));
    this.#sent = shape.channels.map((channel) => ({
      channel,
      records: [],
      taken: 0,
      waiting: undefined,
    }));
  }

  /** What the interpreter holds, now that everything so far has been replayed. */
  get interpreter(): ReferenceInterpreter {
    return this.#interpreter;
  }

  /** By vertex, by partition: the offset to be read next. */
  get offsets(): ReadonlyMap<number, readonly number[]> {
    return this.#offsets;
  }

  /** Replays what `parts`, one a subtask, have beyond what was replayed before, which they begin with. */
  advance(parts: readonly WitnessPart[]): Refutation | undefined {
    for (const cursor of this.#cursors) {
      cursor.part = must(parts[cursor.part.subtask.number], "part of a subtask");
      const { baseless, subtask } = cursor.part;
      if (baseless === undefined) continue;
      this.#refute(
        baseless,
        `${subtask.name} goes on from checkpoint ${baseless.checkpoint}, for which it never took a snapshot`,
      );
    }
    do {
      this.#runnable = [...this.#cursors].reverse();
      for (let cursor = this.#runnable.pop(); cursor !== undefined; cursor = this.#runnable.pop()) {
        this.#advance(cursor);
      }
      if (this.#refutation === undefined) this.#refuteStuck();
    } while (this.#refutation === undefined && this.#goOn());
    return this.#refutation;
  }

  /** The submissions gone through so far, the present one last. */
  get way(): readonly number[] {
    return this.#way;
  }

  /** Which partitions each source reads at present. */
  get partitions(): PartitionOwners {
    return this.#partitions;
  }

  /** All stand at the checkpoint that a submission started from: goes on with its subtasks. */
  resubmit(submission: number): void {
    this.#way = [...this.#way, submission];
    this.#interpreter.resubmit(submission, this.#submissions.startOf(submission));
    this.#partitions.resubmit(submission);
  }

  /** Enters the submission that the next steps are of, when all before it are done; false if there are none. */
  #goOn(): boolean {
    const next = this.#cursors.flatMap(({ part, segment }) => {
      const ahead = part.segments.slice(segment).find((one) => this.#isAhead(one));
      return ahead === undefined ? [] : [this.#submissions.ofAttempt(ahead.attempt)];
    });
    if (next.length === 0) return false;
    this.resubmit(Math.min(...next));
    return true;
  }

  /** The next event of a part in the present submission. At the end the cursor stays in the last segment, which may grow. */
  #peek(cursor: Cursor): StepEvent | undefined {
    const { segments } = cursor.part;
    for (;;) {
      const segment = segments[cursor.segment];
      if (segment === undefined || this.#isAhead(segment)) return undefined;
      if (cursor.position < segment.length) return segment.events[cursor.position];
      const following = segments[cursor.segment + 1];
      if (following === undefined || this.#isAhead(following)) return undefined;
      cursor.segment++;
      cursor.position = 0;
    }
  }

  #isAhead({ attempt }: WitnessSegment): boolean {
    const submission = this.#submissions.ofAttempt(attempt);
    return submission > (this.#way.at(-1) ?? 0);
  }

  /** What there is to say of all of it, leftovers included. */
  finish(): ReplayResult {
    if (this.#refutation === undefined) this.#refuteLeftovers();
    const { doubt } = this.#interpreter;
    return { steps: this.#steps, written: this.#written, refutation: this.#refutation, doubt };
  }

  #cursorOf(subtask: Subtask, writers: SinkWriters): Cursor {
    const nodes = new Set(subtask.vertex.operators.map(({ node }) => node));
    const sinks = writers.of(subtask.name).map((writer) => {
      return { writer, written: must(this.#written[writer.number], "output of a writer") };
    });
    return {
      part: { subtask, segments: [], attempt: undefined, baseless: undefined },
      outputs: outputsOf(subtask, this.#shape, sinks),
      isListening: this.#job.graph.nodes.some((node) => nodes.has(node.id) && isListening(node)),
      segment: 0,
      position: 0,
      isRefuted: false,
    };
  }

  /** Runs a subtask's steps until one has to wait. */
  #advance(cursor: Cursor): void {
    for (let input = this.#peek(cursor); input !== undefined; input = this.#peek(cursor)) {
      if (cursor.isRefuted) return;
      const moment = { attempt: input.incarnation, now: input.time };
      const { subtask } = cursor.part;
      if (this.#refuteOverdue(cursor, input)) return;
      switch (input.kind) {
        case "record-processed": {
          const channel = this.#shape.channelNamed.get(input.channel);
          if (channel?.consumer !== subtask) {
            this.#refute(input, `${subtask.name} has no input channel ${input.channel}`, cursor);
            return;
          }
          if (!this.#take(cursor, input, channel)) return;
          this.#interpreter.process(channel.number, moment);
          break;
        }
        case "record-read": {
          const value = this.#valueRead(cursor, input);
          if (cursor.isRefuted) return;
          this.#interpreter.read(subtask, moment, value);
          break;
        }
        case "timer-fired": {
          const { operator, timestamp } = input;
          const timer = { operator, key: parseCanonicalText(input.key), timestamp };
          const problem = this.#interpreter.fire(subtask, moment, timer);
          if (problem === undefined) break;
          const fired = `${subtask.name} fires a timer of key ${shortened(input.key)} at ${timestamp} ms`;
          this.#refute(input, `${fired}, but in the failure-free run ${problem}`, cursor);
          return;
        }
        case "end-of-data":
          this.#interpreter.end(subtask, moment);
          cursor.position++;
          continue;
        case "snapshot-taken":
        case "completion-received":
          if (cursor.isListening) {
            const about = input.kind === "snapshot-taken" ? "snapshot" : "completion";
            this.#interpreter.hear(subtask, moment, { about, checkpoint: input.checkpoint });
            break;
          }
          cursor.position++;
          continue;
        default:
          this.#refute(input, `${subtask.name} ${putOut(input)} before its first record`, cursor);
          return;
      }
      cursor.position++;
      this.#steps++;
      this.#compare(cursor, input);
    }
  }

  /** A timer that is due goes before records: refutes a step on one that was taken instead. */
  #refuteOverdue(cursor: Cursor, input: StepEvent): boolean {
    if (input.kind !== "record-processed" && input.kind !== "record-read") return false;
    const { subtask } = cursor.part;
    const moment = { attempt: input.incarnation, now: input.time };
    const overdue = this.#interpreter.overdueTimer(subtask, moment);
    if (overdue === undefined) return false;
    const sentence = `${subtask.name} works on ${shortened(input.value)}, but in the failure-free run its timer at ${overdue} ms is due and fires first`;
    this.#refute(input, sentence, cursor);
    return true;
  }

  /** Takes the record a step says it took off a channel; false if it is not there, or not yet. */
  #take(cursor: Cursor, input: EventOf<"record-processed">, channel: Channel): boolean {
    const sent = must(this.#sent[channel.number], "sent records of a channel");
    const head = sent.records[sent.taken];
    if (head === undefined) {
      sent.waiting = cursor;
      return false;
    }
    const isSame = head.sequence === input.sequence && head.incarnation === input.incarnation;
    if (isSame && head.value === input.value) {
      sent.taken++;
      return true;
    }
    const isBehind =
      head.incarnation < input.incarnation ||
      (head.incarnation === input.incarnation && head.sequence < input.sequence);
    const { name } = cursor.part.subtask;
    if (isSame) {
      const values = `${shortened(head.value)} was sent, ${shortened(input.value)} was processed`;
      this.#refute(input, `A record changed in channel ${channel.name}: ${values}`, cursor, head);
    } else if (isBehind) {
      const lost = `Record lost: ${nameOf(head)} is never processed`;
      this.#refute(input, `${lost}, ${name} goes on with ${nameOf(input)}`, cursor, head);
    } else {
      this.#refuteUnsent(cursor, input, sent);
    }
    return false;
  }

  #refuteUnsent(cursor: Cursor, input: EventOf<"record-processed">, sent: SentRecords): void {
    const { name } = cursor.part.subtask;
    const last = sent.records[sent.taken - 1];
    const isAgain =
      last !== undefined &&
      (input.incarnation < last.incarnation ||
        (input.incarnation === last.incarnation && input.sequence <= last.sequence));
    const what = isAgain
      ? `Record doubled: ${name} processed ${nameOf(input)} a second time`
      : `Orphan: the state of ${name} holds ${nameOf(input)}, which ${sent.channel.producer.name} ` +
        "has not sent in the failure-free schedule";
    this.#refute(input, what, cursor, last);
  }

  /** The value of a source record; the log says what it is. */
  #valueRead(cursor: Cursor, input: EventOf<"record-read">): unknown {
    const { subtask } = cursor.part;
    const { partition, offset } = input;
    const offsets = this.#offsets.get(subtask.vertex.id) ?? [];
    this.#offsets.set(subtask.vertex.id, offsets);
    const expected = offsets[partition] ?? 0;
    const at = `offset ${offset} of ${input.source}/${partition}`;
    if (offset > expected) {
      const lost =
        offset === expected + 1
          ? `Record ${expected} is`
          : `Records ${expected} to ${offset - 1} are`;
      this.#refute(input, `${lost} never read: ${subtask.name} went on with ${at}`, cursor);
    } else if (offset < expected) {
      this.#refute(input, `Record read twice: ${subtask.name} reads ${at} again`, cursor);
    }
    offsets[partition] = offset + 1;
    const log = logNamed(this.#job, input.source)?.[partition];
    if (log === undefined) return parseCanonicalText(input.value);
    const value = log[offset];
    if (offset < log.length && canonicalText(value) === input.value) return value;
    const there = offset < log.length ? shortened(canonicalText(value)) : "nothing";
    this.#refute(
      input,
      `${subtask.name} read ${shortened(input.value)} at ${at}, where the log has ${there}`,
      cursor,
    );
    return value;
  }

  /** Compares what the step put out with what it should put out. */
  #compare(cursor: Cursor, input: Input): void {
    const { outputs } = cursor;
    const { events, length } = must(cursor.part.segments[cursor.segment], "segment of a part");
    this.#comparison.begin(outputs);
    while (cursor.position < length) {
      const output = must(events[cursor.position], "event of a segment");
      if (output.kind !== "record-emitted" && output.kind !== "record-written") break;
      const mismatch = this.#comparison.compare(outputs, output);
      if (mismatch !== undefined) {
        this.#refute(mismatch.event, mismatch.sentence, cursor);
        return;
      }
      cursor.position++;
    }
    // The last step may have been cut off, or have failed its task.
    if (this.#finishedBy === undefined && this.#peek(cursor) === undefined) return;
    const { failure } = this.#interpreter;
    const missing = this.#comparison.missing(outputs);
    if (failure !== undefined) {
      this.#refute(
        input,
        `${nameOfStep(input)} throws in the failure-free run: ${failure}`,
        cursor,
      );
    } else if (missing !== undefined) {
      const sentence = `${nameOfStep(input)} put out nothing more, but ${missing} in the failure-free run`;
      this.#refute(input, sentence, cursor);
    }
  }

  /** A record was sent: it may be what its consumer waits for. */
  #send(event: EventOf<"record-emitted">, channel: Channel, value: unknown): void {
    this.#interpreter.send(channel.number, value);
    const sent = must(this.#sent[channel.number], "sent records of a channel");
    sent.records.push(event);
    if (sent.waiting === undefined) return;
    this.#runnable.push(sent.waiting);
    sent.waiting = undefined;
  }

  /** A step that still waits when nothing can move any more: its input was never sent. */
  #refuteStuck(): void {
    for (const sent of this.#sent) {
      if (sent.waiting === undefined) continue;
      const input = this.#peek(sent.waiting);
      if (input?.kind === "record-processed") this.#refuteUnsent(sent.waiting, input, sent);
    }
  }

  /** Records that nobody took: legal while they may still be on their way. */
  #refuteLeftovers(): void {
    for (const { channel, records, taken } of this.#sent) {
      const left = records[taken];
      if (left === undefined) continue;
      const { attempt } = must(this.#cursors[channel.producer.number], "cursor").part;
      const isFinished = this.#finishedBy !== undefined;
      if (!isFinished && left.incarnation === attempt) continue;
      const why = isFinished ? "though the job finished" : "and lies behind the restored cut";
      this.#refute(left, `Record lost: ${nameOf(left)} is never processed, ${why}`);
    }
    if (this.#finishedBy === undefined) return;
    for (const { part } of this.#cursors) this.#refuteUnread(part.subtask, this.#finishedBy);
  }

  #refuteUnread(subtask: Subtask, finishedBy: TraceEvent): void {
    const { vertex, name } = subtask;
    const system = sourceSystemOf(this.#job, vertex);
    if (system === undefined) return;
    const log = logNamed(this.#job, system) ?? [];
    for (const partition of this.#partitions.of(subtask)) {
      const read = this.#offsets.get(vertex.id)?.[partition] ?? 0;
      const count = log[partition]?.length ?? 0;
      if (read >= count) continue;
      const left = `record ${read} of ${system}/${partition}, which has ${count}`;
      this.#refute(finishedBy, `The job finished, but ${name} never read ${left}`);
    }
  }

  /** Keeps the earliest refutation: later ones may follow from it. */
  #refute(event: TraceEvent, sentence: string, cursor?: Cursor, proof?: TraceEvent): void {
    if (cursor !== undefined) cursor.isRefuted = true;
    if (event.index >= this.#refutedAt) return;
    this.#refutedAt = event.index;
    const events = proof === undefined ? [event.index] : [proof.index, event.index];
    this.#refutation = { sentence, events: events.sort((a, b) => a - b) };
  }
}

function isListening({ operator }: StreamNode): boolean {
  const subject: unknown = "function" in operator ? operator.function : undefined;
  if (typeof subject !== "object" || subject === null) return false;
  return "snapshotState" in subject || "notifyCheckpointComplete" in subject;
}

/** Names a record in a channel. */
function nameOf(event: EventOf<"record-emitted" | "record-processed">): string {
  const { channel, sequence, incarnation } = event;
  return `${shortened(event.value)} (number ${sequence} of ${channel}, attempt ${incarnation})`;
}

function nameOfStep(input: Input): string {
  if (input.kind === "record-read" || input.kind === "record-processed") {
    return `${input.place}, working on ${shortened(input.value)},`;
  }
  if (input.kind === "timer-fired") {
    return `${input.place}, at the timer of ${shortened(input.key)} at ${input.timestamp} ms,`;
  }
  if (input.kind === "end-of-data") return `${input.place}, at the end of its data,`;
  return `${input.place}, at checkpoint ${input.checkpoint},`;
}
