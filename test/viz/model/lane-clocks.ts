// Vector clocks over the lanes of subtasks, taken from the events themselves: a cut is consistent if no lane's part of
// it knows of more of another lane than that lane's own part holds (Mattern).
import { channelsOf } from "../../../sim/trace/channel-progress.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { Cut } from "../../../viz/model/cut.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";

/** An event on a lane of a subtask, with the clock after it. */
interface ClockedStep {
  readonly lane: number;
  readonly index: number;
  readonly clock: readonly number[];
}

/** All of a run's, in order. */
export function stepsOf(model: RunModel): readonly ClockedStep[] {
  const producers = new Map(
    channelsOf(model.header.topology).map(({ name, producer }) => [name, producer]),
  );
  const newest = model.lanes.map(() => model.lanes.map(() => 0));
  const sent = new Map<string, readonly number[]>();
  const asked = requests(model);
  const steps: ClockedStep[] = [];
  for (let index = 0; index < model.count; index++) {
    const lane = model.laneOf[index] ?? -1;
    if (model.lanes[lane]?.kind !== "subtask") continue;
    const event = model.event(index);
    const clock = [...(newest[lane] ?? [])];
    const learn = (known: readonly number[]): void => {
      for (const [of, count] of known.entries()) clock[of] = Math.max(clock[of] ?? 0, count);
    };
    for (const message of takenIn(event, producers)) learn(sent.get(message) ?? []);
    for (const request of asked.get(index) ?? []) learn(sent.get(`request ${request}`) ?? []);
    clock[lane] = (clock[lane] ?? 0) + 1;
    for (const message of putOut(event)) sent.set(message, clock);
    newest[lane] = clock;
    steps.push({ lane, index, clock });
  }
  return steps;
}

/** Whether a cut is consistent. */
export function isConsistentByClocks(steps: readonly ClockedStep[], cut: Cut): boolean {
  const within = (lane: number, end: number): readonly ClockedStep[] =>
    steps.filter((step) => step.lane === lane && step.index <= end);
  const parts = [...cut].map(([lane, end]) => {
    const own = within(lane, end);
    return { lane, count: own.length, clock: own.at(-1)?.clock ?? [] };
  });
  return parts.every(({ lane, count }) => parts.every(({ clock }) => (clock[lane] ?? 0) <= count));
}

function putOut(event: TraceEvent): readonly string[] {
  const own = [`request ${event.index}`];
  switch (event.kind) {
    case "record-emitted":
      return [...own, `${event.channel} ${event.incarnation} ${event.sequence}`];
    case "barrier-emitted":
    case "cancel-marker-emitted":
      return [...own, markerOf(event.place, event)];
    default:
      return own;
  }
}

function takenIn(event: TraceEvent, producers: ReadonlyMap<string, string>): readonly string[] {
  switch (event.kind) {
    case "record-processed":
      return [`${event.channel} ${event.incarnation} ${event.sequence}`];
    case "barrier-received":
    case "cancel-marker-received":
      return [markerOf(producers.get(event.channel) ?? "", event)];
    default:
      return [];
  }
}

function markerOf(
  producer: string,
  { kind, incarnation, checkpoint }: { kind: string; incarnation: number; checkpoint: number },
): string {
  return `${producer} ${incarnation} ${kind.replace(/-(emitted|received)$/, "")} ${checkpoint}`;
}

/** What subtasks ask of each other past the channels: by the event it is taken in, where it was sent. */
function requests({ transfers }: RunModel): ReadonlyMap<number, readonly number[]> {
  const asked = new Map<number, number[]>();
  for (const { what, sent, received } of transfers) {
    if (what !== "message" || received === undefined) continue;
    asked.set(received, [...(asked.get(received) ?? []), sent]);
  }
  return asked;
}
