// Sends what a job master has to say to task managers (Flink: TaskExecutorGateway, as a JobMaster holds it). Only the boot
// that has registered is spoken to: one that came back meanwhile knows nothing of this job master's tasks.

import type { Actor } from "../../kernel/actor.ts";
import { Incarnation } from "../../kernel/place.ts";
import type { Network } from "../../network/network.ts";
import type { ClusterDirectory } from "./cluster-directory.ts";
import type { TaskManagerMessage } from "./cluster-message.ts";
import type { Execution } from "./execution-graph.ts";
import type { TaskManagerRegistry } from "./task-manager-registry.ts";

/** The way from one job master to its task managers. To whoever is not there nothing is sent. */
export class TaskManagerSender {
  readonly #owner: Actor;
  readonly #network: Network;
  readonly #directory: ClusterDirectory;
  readonly #registry: TaskManagerRegistry;

  constructor(options: {
    /** The job master, which the messages come from. */
    readonly owner: Actor;
    readonly network: Network;
    readonly directory: ClusterDirectory;
    readonly registry: TaskManagerRegistry;
  }) {
    this.#owner = options.owner;
    this.#network = options.network;
    this.#directory = options.directory;
    this.#registry = options.registry;
  }

  /** Sends a message to a task manager; only heartbeats may be lost. */
  tell(taskManager: string, message: TaskManagerMessage): void {
    const to = this.#addressOf(taskManager);
    if (to === undefined) return;
    this.#network.send({
      from: this.#owner.incarnation,
      to,
      message,
      about: to.incarnation,
      id: message.kind === "heartbeat" ? message.number : this.#owner.incarnation.number,
      isReliable: message.kind !== "heartbeat",
    });
  }

  /** Sends a message about an attempt to where it runs. */
  tellTask(
    { place, attempt, taskManager }: Execution,
    message: TaskManagerMessage,
    how: { readonly id: number; readonly isReliable: boolean } = { id: 0, isReliable: true },
  ): void {
    const to = this.#addressOf(taskManager);
    if (to === undefined) return;
    const about = new Incarnation(place, attempt);
    this.#network.send({ from: this.#owner.incarnation, to, message, about, ...how });
  }

  #addressOf(taskManager: string | undefined): Actor | undefined {
    if (taskManager === undefined) return undefined;
    const found = this.#directory.taskManager(taskManager);
    return found?.incarnation.number === this.#registry.bootOf(taskManager) ? found : undefined;
  }
}
