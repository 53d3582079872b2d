// The events about each thing a run is made of. Nothing is indexed before somebody asks: one question costs one pass
// over the columns, and its answer is kept.

import { RecordLineage } from "../../sim/trace/record-lineage.ts";
import { type Entity, entityKey } from "../page/entity.ts";
import type { Lanes } from "./lanes.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** Finds events by what they are about. */
export class EntityEvents {
  readonly #columns: TraceColumns;
  readonly #lanes: Lanes;
  readonly #known = new Map<string, Int32Array>();
  #lineage: RecordLineage | undefined;

  constructor(columns: TraceColumns, lanes: Lanes) {
    this.#columns = columns;
    this.#lanes = lanes;
  }

  /** The indices of the events about an entity, in order. */
  of(entity: Entity): Int32Array {
    const key = entityKey(entity);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = Int32Array.from(this.#find(entity));
    this.#known.set(key, found);
    return found;
  }

  /** The source record behind an event, if it is of one. */
  recordOf(index: number): (Entity & { readonly kind: "record" }) | undefined {
    const read = this.#recordLineage().readBehind(index);
    if (read === undefined) return undefined;
    const { source, partition, offset } = read;
    return { kind: "record", source, partition, offset };
  }

  #find(entity: Entity): Iterable<number> {
    switch (entity.kind) {
      case "subtask":
        return this.#onLaneOrNaming(entity.name, SUBTASK_FIELDS);
      case "host":
        return this.#onLaneOrNaming(entity.name, HOST_FIELDS);
      case "log":
        return this.#onLaneOrNaming(entity.name, LOG_FIELDS);
      case "channel":
        return this.#ofChannel(entity.name);
      case "checkpoint":
        return indicesWhere(this.#columns.checkpoints, entity.id);
      case "record":
        return this.#ofRecord(entity);
      case "event":
        return entity.index >= 0 && entity.index < this.#columns.length ? [entity.index] : [];
    }
  }

  /** Events on the lane of this name, and those of other lanes that name it. */
  *#onLaneOrNaming(name: string, fields: readonly string[]): Generator<number> {
    const columns = this.#columns;
    const lane = this.#lanes.laneNamed(name);
    const text = columns.textNumber(name);
    const naming = columns.kinds.map((kind) =>
      fields.filter((field) =>
        kind.fields.some((one) => one.name === field && one.type === "text"),
      ),
    );
    for (let index = 0; index < columns.length; index++) {
      const isThere = lane !== -1 && this.#lanes.laneOf[index] === lane;
      const named = naming[columns.kindNumbers[index] ?? -1] ?? [];
      if (isThere || named.some((field) => columns.field(index, field) === text)) yield index;
    }
  }

  /** Events at a channel, those that speak of it, and the markers its producer puts into all its outputs. */
  *#ofChannel(name: string): Generator<number> {
    const columns = this.#columns;
    const text = columns.textNumber(name);
    const producer = columns.textNumber(this.#lanes.channels.get(name)?.producer ?? "");
    const isMarker = columns.kinds.map(
      (kind) => kind.name === "barrier-emitted" || kind.name === "cancel-marker-emitted",
    );
    for (let index = 0; index < columns.length; index++) {
      const place = columns.places[index];
      const isSent = place === producer && isMarker[columns.kindNumbers[index] ?? -1] === true;
      if (isSent || (text !== -1 && (place === text || columns.channels[index] === text)))
        yield index;
    }
  }

  #ofRecord(record: Entity & { readonly kind: "record" }): Iterable<number> {
    const lineage = this.#recordLineage();
    const reads = lineage.readsOf(record);
    const events = reads.flatMap((read) => lineage.carriedOnFrom(read));
    return events.map(({ index }) => index).toSorted((one, other) => one - other);
  }

  #recordLineage(): RecordLineage {
    this.#lineage ??= new RecordLineage(this.#columns);
    return this.#lineage;
  }
}

/** Fields that name a subtask. */
const SUBTASK_FIELDS = ["task", "by", "about", "writer", "reader"];

/** Fields that name a host. */
const HOST_FIELDS = ["taskManager", "to", "about"];

/** Fields that name a system outside. */
const LOG_FIELDS = ["target"];

function* indicesWhere(column: Int32Array, value: number): Generator<number> {
  for (const [index, found] of column.entries()) if (found === value) yield index;
}
