// Who is where right now (Flink: leader retrieval and the task managers' addresses). Whoever is not listed is
// not there, or not yet. Processes know one another through these gateways alone.

import type { Actor } from "../../kernel/actor.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { InputChannel } from "../../network/input-channel.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { StreamElement } from "../stream-element.ts";
import type { PartitionRequest } from "./cluster-message.ts";
import { UserRequests } from "./user-requests.ts";

/** A job master as others reach it. */
export interface JobMasterGateway extends Actor {
  /** Where the job stands, in Flink's words. */
  readonly status: string;
  /** Asks for a checkpoint from outside, besides the periodic ones. */
  triggerCheckpoint(): void;
  /** Asks for a savepoint, after which the job goes on. */
  triggerSavepoint(format: SavepointFormat): void;
  /** Looks at what users ask for. */
  serveUsers(): void;
}

/** A task manager as others reach it. */
export interface TaskManagerGateway extends Actor {
  /** Ends an attempt as failed, as its own throw would. Returns false if it does not run here. */
  failTask(task: string, reason: string): boolean;
  /** The attempts here that read from `host`. */
  readersOf(host: string): readonly TaskRef[];
  /** The consumer's end of a channel, if that attempt runs here. */
  inputOf(request: PartitionRequest): ConsumerEnd | undefined;
}

/** The consumer's end of a channel, and the attempt it belongs to. */
export interface ConsumerEnd {
  readonly channel: InputChannel<StreamElement>;
  readonly task: Incarnation;
}

/** The live processes of a cluster, by name. */
export class ClusterDirectory {
  /** What users ask for: they find the leader here. */
  readonly userRequests: UserRequests;
  readonly #taskManagers = new Map<string, TaskManagerGateway>();
  #leader: JobMasterGateway | undefined = undefined;

  constructor(userRequests: UserRequests = new UserRequests()) {
    this.userRequests = userRequests;
  }

  /** The job master that leads, if one does. */
  get leader(): JobMasterGateway | undefined {
    return this.#leader?.incarnation.isAlive === true ? this.#leader : undefined;
  }

  /** The task managers that are up, by name. */
  get taskManagers(): readonly TaskManagerGateway[] {
    return [...this.#taskManagers.values()].filter(({ incarnation }) => incarnation.isAlive);
  }

  /** The task manager called `name`, if it is up. */
  taskManager(name: string): TaskManagerGateway | undefined {
    const found = this.#taskManagers.get(name);
    return found?.incarnation.isAlive === true ? found : undefined;
  }

  /** A job master has taken the lead. */
  lead(jobMaster: JobMasterGateway): void {
    this.#leader = jobMaster;
  }

  /** A task manager has started. */
  add(taskManager: TaskManagerGateway): void {
    this.#taskManagers.set(taskManager.incarnation.place.name, taskManager);
  }
}
