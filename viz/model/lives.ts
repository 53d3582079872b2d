// The attempts of each subtask, from deployment to end: where a lane breaks, and which work a restore undid.

import { must } from "../../sim/kernel/invariant.ts";
import type { RunModel } from "./run-model.ts";

/** One attempt of one subtask. */
export interface Life {
  readonly lane: number;
  /** From 0. */
  readonly attempt: number;
  /** The checkpoint it was restored from; 0 for none. */
  readonly restoredFrom: number;
  /** Where the job master deployed it. */
  readonly deployed: number;
  /** Where it had its state; where it was deployed, if it never got that far. */
  readonly started: number;
  /** Undefined if the run ended first. */
  readonly ended: number | undefined;
  readonly end: "failed" | "lost" | "canceled" | "finished" | "none";
}

/** All lives of a run, in the order of their deployment. Found once for each run. */
export function livesOf(model: RunModel): readonly Life[] {
  const known = KNOWN.get(model) ?? findLives(model);
  KNOWN.set(model, known);
  return known;
}

/** The newest life on a lane that had begun by event `index`; it may be over. */
export function lifeAt(lives: readonly Life[], lane: number, index: number): Life | undefined {
  return lives.findLast((life) => life.lane === lane && life.deployed <= index);
}

/** Whether a life is over by event `index`. */
export function isOver({ ended }: Life, index: number): boolean {
  return ended !== undefined && ended <= index;
}

const KNOWN = new WeakMap<RunModel, readonly Life[]>();

interface OpenLife extends Life {
  started: number;
  ended: number | undefined;
  end: Life["end"];
  /** Where it runs. */
  readonly host: string;
}

function findLives(model: RunModel): readonly Life[] {
  const lanes = new Map(model.lanes.map(({ name }, lane) => [name, lane]));
  const lives: OpenLife[] = [];
  const newest = new Map<string, OpenLife>();
  const end = (life: OpenLife | undefined, index: number, how: Life["end"]): void => {
    if (life === undefined || life.ended !== undefined) return;
    life.ended = index;
    life.end = how;
  };
  for (let index = 0; index < model.count; index++) {
    const event = model.event(index);
    const own = newest.get(event.place);
    const isOwn = own?.attempt === event.incarnation;
    switch (event.kind) {
      case "task-deployed": {
        const life: OpenLife = {
          lane: must(lanes.get(event.task), `lane of ${event.task}`),
          attempt: event.attempt,
          restoredFrom: event.checkpoint,
          deployed: index,
          started: index,
          ended: undefined,
          end: "none",
          host: event.taskManager,
        };
        // What the job master has given up for lost need not have told it so.
        end(newest.get(event.task), index, "lost");
        newest.set(event.task, life);
        lives.push(life);
        break;
      }
      case "task-restored":
        if (own !== undefined && isOwn) own.started = index;
        break;
      case "task-failed":
        if (isOwn) end(own, index, "failed");
        break;
      case "task-canceled":
        if (isOwn) end(own, index, "canceled");
        break;
      case "task-finished":
        if (isOwn) end(own, index, "finished");
        break;
      case "host-crashed":
        for (const life of newest.values()) {
          if (life.host === event.place) end(life, index, "lost");
        }
        break;
      default:
        break;
    }
  }
  return lives;
}
