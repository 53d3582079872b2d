// A trace as columns: what is asked of every event lies in typed arrays, and an event becomes an object only when
// somebody asks for that one.

import { must } from "../../sim/kernel/invariant.ts";
import type { EventList } from "../../sim/trace/event-list.ts";
import { fieldPositions, RowReader, type Trace, type TracedKind } from "../../sim/trace/trace.ts";
import type { TraceEvent, TraceEventKind } from "../../sim/trace/trace-event.ts";

type Block = Trace["blocks"][number];

/** The columns of one trace. Texts are named by number, as in its rows. */
export class TraceColumns implements EventList {
  readonly length: number;
  /** Virtual time, in microseconds. */
  readonly times: Float64Array;
  /** Positions in {@link TraceColumns.kinds}. */
  readonly kindNumbers: Uint8Array;
  /** Texts that name the places. */
  readonly places: Int32Array;
  readonly incarnations: Int32Array;
  /** Indices of events; -1 for none. */
  readonly causes: Int32Array;
  /** The checkpoint an event is about; 0 for none. */
  readonly checkpoints: Int32Array;
  /** The text that names the channel an event speaks of; -1 for none. */
  readonly channels: Int32Array;
  readonly kinds: readonly TracedKind[];
  readonly texts: readonly string[];
  readonly #blocks: readonly Block[];
  readonly #blockNumbers: Int32Array;
  /** Where the row of each event begins in its block. */
  readonly #rows: Int32Array;
  readonly #reader: RowReader;
  /** By kind and field, the field's position in a row. */
  readonly #fields: readonly ReadonlyMap<string, number>[];
  readonly #textNumbers: ReadonlyMap<string, number>;

  constructor({ header, blocks, footer }: Trace) {
    const length = footer.events;
    this.length = length;
    this.times = new Float64Array(length);
    this.kindNumbers = new Uint8Array(length);
    this.places = new Int32Array(length);
    this.incarnations = new Int32Array(length);
    this.causes = new Int32Array(length);
    this.checkpoints = new Int32Array(length);
    this.channels = new Int32Array(length).fill(-1);
    this.kinds = header.kinds;
    this.texts = blocks.flatMap(({ texts }) => texts);
    this.#blocks = blocks;
    this.#blockNumbers = new Int32Array(length);
    this.#rows = new Int32Array(length);
    this.#reader = new RowReader(header.kinds, this.texts);
    this.#fields = header.kinds.map(fieldPositions);
    this.#textNumbers = new Map(this.texts.map((text, number) => [text, number]));
    for (const [number, block] of blocks.entries()) this.#fill(block, number);
  }

  /** The event at `index`; undefined where there is none. */
  at(index: number): TraceEvent | undefined {
    const number = this.#blockNumbers[index];
    if (number === undefined) return undefined;
    const block = must(this.#blocks[number], "block of an event");
    return this.#reader.event({ block, at: must(this.#rows[index], "row of an event"), index });
  }

  /** The event at `index`, which must exist. */
  event(index: number): TraceEvent {
    return must(this.at(index), () => `event ${index} of ${this.length}`);
  }

  /** The kind of the event at `index`. */
  kind(index: number): TraceEventKind {
    // The header's kinds are those of this engine: a trace of another is refused when it is read.
    return must(this.kinds[this.kindNumbers[index] ?? -1], "kind of an event")
      .name as TraceEventKind;
  }

  /** The place of the event at `index`. */
  place(index: number): string {
    return this.text(must(this.places[index], "place of an event"));
  }

  /** The text with a number. */
  text(number: number): string {
    return must(this.texts[number], "text of a trace");
  }

  /** The number of a text; -1 for one that the trace does not have. */
  textNumber(text: string): number {
    return this.#textNumbers.get(text) ?? -1;
  }

  /** The number in a field of the event at `index`: its value, or the number of its text; undefined without the field. */
  field(index: number, name: string): number | undefined {
    const position = this.#fields[this.kindNumbers[index] ?? -1]?.get(name);
    if (position === undefined) return undefined;
    const block = this.#blocks[this.#blockNumbers[index] ?? -1];
    return block?.words[(this.#rows[index] ?? 0) + position];
  }

  /** The canonical text in a field of type "value" of the event at `index`, which must have it. */
  value(index: number, name: string): string {
    const block = this.#blocks[this.#blockNumbers[index] ?? -1];
    return must(block?.values[this.field(index, name) ?? -1], () => `field ${name} of an event`);
  }

  /** The indices of all events of some kinds, in order. */
  *ofKinds(...names: readonly TraceEventKind[]): Generator<number> {
    const wanted = this.kinds.map(({ name }) => names.some((one) => one === name));
    for (let index = 0; index < this.length; index++) {
      if (wanted[this.kindNumbers[index] ?? -1] === true) yield index;
    }
  }

  #fill(block: Block, blockNumber: number): void {
    const { words, first, count } = block;
    let at = 0;
    for (let index = first; index < first + count; index++) {
      const kind = must(words[at], "kind of a row");
      const fields = must(this.#fields[kind], "fields of a kind");
      this.#rows[index] = at;
      this.#blockNumbers[index] = blockNumber;
      this.kindNumbers[index] = kind;
      this.times[index] = words[at + 1] ?? 0;
      this.places[index] = words[at + 2] ?? 0;
      this.incarnations[index] = words[at + 3] ?? 0;
      this.causes[index] = words[at + 4] ?? -1;
      const checkpoint = fields.get("checkpoint");
      if (checkpoint !== undefined) this.checkpoints[index] = words[at + checkpoint] ?? 0;
      const channel = fields.get("channel");
      if (channel !== undefined) this.channels[index] = words[at + channel] ?? -1;
      at += this.#reader.length(block, at);
    }
  }
}
