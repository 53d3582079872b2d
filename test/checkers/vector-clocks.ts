// Vector clocks the long way round, over every record of a trace, to compare consistent-cut with: a cut is crossed if
// the snapshot of one subtask knows of an event that another had after its own snapshot.
import type { JobShape } from "../../sim/checkers/job-shape.ts";
import type { EventOf, TraceEvent } from "../../sim/trace/trace-event.ts";

/** A snapshot of a completed checkpoint that knows too much. */
export interface Crossing {
  readonly checkpoint: number;
  /** Whose snapshot knows of events that `of` had after its own. */
  readonly knower: string;
  readonly of: string;
}

/** All crossings in a trace, in the order of the checkpoints' completion. */
export function crossingsOf(shape: JobShape, events: readonly TraceEvent[]): readonly Crossing[] {
  const names = shape.subtasks.map(({ name }) => name);
  const clocks = new Map<string, number[]>();
  const sent = new Map<string, readonly number[]>();
  const cuts = new Map<number, Map<string, readonly number[]>>();
  const crossings: Crossing[] = [];
  for (const event of events) {
    if (event.kind === "checkpoint-stored") {
      crossings.push(...crossingsAt(event.checkpoint, names, cuts.get(event.checkpoint)));
      continue;
    }
    if (!isStep(event)) continue;
    const self = names.indexOf(event.place);
    const place = `${event.place} ${event.incarnation}`;
    const clock = clocks.get(place) ?? names.map(() => 0);
    clocks.set(place, clock);
    if (event.kind === "record-processed") {
      const message = sent.get(messageOf(event)) ?? [];
      for (const [at, count] of message.entries()) clock[at] = Math.max(clock[at] ?? 0, count);
    }
    clock[self] = (clock[self] ?? 0) + 1;
    if (event.kind === "record-emitted") sent.set(messageOf(event), [...clock]);
    if (event.kind === "snapshot-taken") {
      const cut = cuts.get(event.checkpoint) ?? new Map<string, readonly number[]>();
      cuts.set(event.checkpoint, cut);
      cut.set(event.place, [...clock]);
    }
  }
  return crossings;
}

type Step = EventOf<"record-read" | "record-processed" | "record-emitted" | "snapshot-taken">;

function isStep(event: TraceEvent): event is Step {
  return (
    event.kind === "record-read" ||
    event.kind === "record-processed" ||
    event.kind === "record-emitted" ||
    event.kind === "snapshot-taken"
  );
}

function messageOf(event: EventOf<"record-emitted" | "record-processed">): string {
  return `${event.channel} ${event.incarnation} ${event.sequence}`;
}

/** For all i and j: the clock of j's snapshot has no more of i than the clock of i's own (Mattern). */
function crossingsAt(
  checkpoint: number,
  names: readonly string[],
  cut: ReadonlyMap<string, readonly number[]> | undefined,
): readonly Crossing[] {
  return names.flatMap((of, i) => {
    const own = cut?.get(of)?.[i] ?? 0;
    return names.flatMap((knower) => {
      const known = cut?.get(knower)?.[i] ?? 0;
      return known > own ? [{ checkpoint, knower, of }] : [];
    });
  });
}
