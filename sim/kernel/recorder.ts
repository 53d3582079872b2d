// The recorder: writes what can be seen of a run as rows of 64-bit floats, in blocks of 1,024 events, each
// block sealed by a SHA-256 over the link before it and its own canonical bytes. It records; it never judges.
//
// A row is [kind, time, place, incarnation, cause, ...fields]. Texts are interned for the whole trace;
// values (the user's data) are kept per block, so that finished blocks can be streamed out.

import { canonicalText } from "./canonical-value.ts";
import type { ChoiceOverride } from "./chooser.ts";
import { invariant } from "./invariant.ts";
import type { Incarnation } from "./place.ts";
import { type Instant, WORLD_START } from "./virtual-time.ts";

/** How much is recorded; each level includes the ones before it. */
export const RECORDING_LEVELS = ["off", "protocol", "records", "state", "network"] as const;

/** How much is recorded. */
export type RecordingLevel = (typeof RECORDING_LEVELS)[number];

/** What a field of an event holds: a finite number, an interned text, or a value of the user's. */
export type FieldType = "number" | "text" | "value";

/** What one kind of event says, and from which level on it is recorded. */
export interface EventSchema {
  readonly level: Exclude<RecordingLevel, "off">;
  readonly fields: { readonly [field: string]: FieldType };
}

/** The kinds of event of one folder. */
export interface EventSchemas {
  readonly [kind: string]: EventSchema;
}

/** The fields of an event as its recorder takes them. */
export type EventFields<Schema extends EventSchema> = {
  readonly [Field in keyof Schema["fields"]]: Schema["fields"][Field] extends "number"
    ? number
    : Schema["fields"][Field] extends "text"
      ? string
      : unknown;
};

/** A recorder of one folder's own events. */
export interface Recorder<Schemas extends EventSchemas> {
  /** Records that `kind` happened at `at`, now. Returns the event's index, or the running cause if unrecorded. */
  record<Kind extends keyof Schemas & string>(
    kind: Kind,
    at: Incarnation,
    fields: EventFields<Schemas[Kind]>,
  ): number;
}

/** What the kernel's loop tells the recorder: what time it is, and which event caused the present step. */
export interface CauseTracker {
  now: Instant;
  /** Index of the event that what happens next follows from; -1 for none. */
  cause: number;
}

/** A sealed run of up to 1,024 events. */
export interface TraceBlock {
  /** Index of the first event. */
  readonly first: number;
  readonly count: number;
  /** The rows, end to end. */
  readonly words: Float64Array;
  /** Texts interned in this block; their numbers go on from the block before. */
  readonly texts: readonly string[];
  /** Canonical texts of the values in this block's rows, which name them by position. */
  readonly values: readonly string[];
  /** Overridden choices that came up in this block. */
  readonly choices: readonly ChoiceOverride[];
  /** SHA-256 over the previous link and this block's canonical bytes. */
  readonly link: Uint8Array;
}

/** SHA-256 over the concatenation of `parts`; handed in, since Node and the page have different ones. */
export type Sha256 = (parts: readonly Uint8Array[]) => Uint8Array;

/** Sees each event as it is recorded, whether or not its level is. */
export type EventObserver = (
  kind: string,
  at: Incarnation,
  fields: { readonly [field: string]: unknown },
) => void;

/** One kind of event, numbered. */
export interface EventKind {
  readonly name: string;
  readonly number: number;
  readonly level: Exclude<RecordingLevel, "off">;
  /** Position of the level in {@link RECORDING_LEVELS}. */
  readonly rank: number;
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
}

/** Events a block holds. */
export const EVENTS_PER_BLOCK = 1024;

/** Numbers in a row before the fields: kind, time, place, incarnation, cause. */
export const ROW_HEAD = 5;

/** The kinds of all `schemas`, numbered in order. */
export function numberKinds(schemas: EventSchemas): readonly EventKind[] {
  return Object.entries(schemas).map(([name, schema], number) => ({
    name,
    number,
    level: schema.level,
    rank: RECORDING_LEVELS.indexOf(schema.level),
    fields: Object.entries(schema.fields).map(([field, type]) => ({ name: field, type })),
  }));
}

/** The bytes of a block that its link seals, after the previous link. */
export function canonicalBlockBytes(
  block: Omit<TraceBlock, "link" | "first" | "count">,
): readonly Uint8Array[] {
  const words = new Uint8Array(block.words.buffer, block.words.byteOffset, block.words.byteLength);
  const choices = block.choices.map((choice) => [choice.key, choice.value]);
  return [words, codeUnits(JSON.stringify([block.texts, block.values, choices]))];
}

/** Writes a trace. `Schemas` is the union of all folders' events. */
export class TraceRecorder<Schemas extends EventSchemas>
  implements Recorder<Schemas>, CauseTracker
{
  now: Instant = WORLD_START;
  cause = -1;
  readonly #kinds = new Map<string, EventKind>();
  /** By the number of the kind. */
  readonly #observers: (EventObserver[] | undefined)[] = [];
  /** How many of {@link RECORDING_LEVELS} are recorded, "off" included. */
  readonly #levels: number;
  readonly #sha256: Sha256;
  readonly #onBlock: ((block: TraceBlock) => void) | undefined;
  readonly #blocks: TraceBlock[] = [];
  readonly #textNumbers = new Map<string, number>();
  #words = new Float64Array(1_024);
  #length = 0;
  #count = 0;
  #first = 0;
  #texts: string[] = [];
  #values: string[] = [];
  #choices: ChoiceOverride[] = [];
  #link: Uint8Array = new Uint8Array(32);

  constructor(options: {
    readonly kinds: readonly EventKind[];
    readonly level: RecordingLevel;
    readonly sha256: Sha256;
    /** Takes each finished block; without it the blocks are kept. */
    readonly onBlock?: (block: TraceBlock) => void;
    /** Index of the first event; 0 if not given. */
    readonly firstIndex?: number;
  }) {
    invariant(IS_LITTLE_ENDIAN, "Cannot record: the trace format needs a little-endian machine");
    for (const kind of options.kinds) this.#kinds.set(kind.name, kind);
    this.#levels = RECORDING_LEVELS.indexOf(options.level) + 1;
    this.#sha256 = options.sha256;
    this.#first = options.firstIndex ?? 0;
    this.#onBlock = options.onBlock;
  }

  /** Events recorded so far. */
  get eventCount(): number {
    return this.#first + this.#count;
  }

  /** The blocks sealed so far, unless they are streamed out. */
  get blocks(): readonly TraceBlock[] {
    return this.#blocks;
  }

  /** The last link of the chain: the digest of everything sealed so far. */
  get digest(): Uint8Array {
    return this.#link;
  }

  record<Kind extends keyof Schemas & string>(
    kind: Kind,
    at: Incarnation,
    fields: EventFields<Schemas[Kind]>,
  ): number {
    const known = this.#kinds.get(kind);
    invariant(known !== undefined, () => `Cannot record "${kind}": no such kind of event`);
    if (known.rank < this.#levels)
      this.#write(known, at, fields as { readonly [field: string]: unknown });
    const observers = this.#observers[known.number];
    if (observers !== undefined) for (const observer of observers) observer(kind, at, fields);
    return this.cause;
  }

  /** Has `observer` see each event of `kind` from now on. */
  observe(kind: string, observer: EventObserver): void {
    const known = this.#kinds.get(kind);
    invariant(known !== undefined, () => `Cannot observe "${kind}": no such kind of event`);
    const observers = this.#observers[known.number];
    if (observers === undefined) this.#observers[known.number] = [observer];
    else observers.push(observer);
  }

  /** Notes an overridden choice that came up; it becomes part of the digest. */
  noteChoice(choice: ChoiceOverride): void {
    this.#choices.push(choice);
  }

  /** Seals what has been recorded since the last block, full or not. */
  finish(): void {
    if (this.#count > 0 || this.#choices.length > 0) this.#seal();
  }

  #write(kind: EventKind, at: Incarnation, fields: { readonly [field: string]: unknown }): void {
    const schema = kind.fields;
    if (this.#length + ROW_HEAD + schema.length > this.#words.length) this.#grow();
    const words = this.#words;
    let length = this.#length;
    words[length++] = kind.number;
    words[length++] = this.now;
    words[length++] = this.#textNumber(at.place.name);
    words[length++] = at.number;
    words[length++] = this.cause;
    for (let index = 0; index < schema.length; index++) {
      const field = schema[index]!;
      const value = fields[field.name];
      if (field.type === "number") {
        words[length++] = value as number;
      } else if (field.type === "text") {
        words[length++] = this.#textNumber(value as string);
      } else {
        words[length++] = this.#values.length;
        this.#values.push(canonicalText(value));
      }
    }
    this.#length = length;
    this.cause = this.#first + this.#count;
    if (++this.#count === EVENTS_PER_BLOCK) this.#seal();
  }

  #textNumber(text: string): number {
    const known = this.#textNumbers.get(text);
    if (known !== undefined) return known;
    const number = this.#textNumbers.size;
    this.#textNumbers.set(text, number);
    this.#texts.push(text);
    return number;
  }

  #seal(): void {
    const contents = {
      words: this.#words.slice(0, this.#length),
      texts: this.#texts,
      values: this.#values,
      choices: this.#choices,
    };
    this.#link = this.#sha256([this.#link, ...canonicalBlockBytes(contents)]);
    const block = { first: this.#first, count: this.#count, ...contents, link: this.#link };
    if (this.#onBlock === undefined) this.#blocks.push(block);
    else this.#onBlock(block);
    this.#first += this.#count;
    this.#count = 0;
    this.#length = 0;
    this.#texts = [];
    this.#values = [];
    this.#choices = [];
  }

  #grow(): void {
    const grown = new Float64Array(this.#words.length * 2);
    grown.set(this.#words);
    this.#words = grown;
  }
}

/** A text as bytes: its UTF-16 code units, little end first. */
function codeUnits(text: string): Uint8Array {
  const units = new Uint16Array(text.length);
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
  return new Uint8Array(units.buffer);
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
