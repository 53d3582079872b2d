// Who is where right now (Flink: leader retrieval and the task managers' addresses). Whoever is not listed is
// not there, or not yet.

import type { JobMaster } from "./job-master.ts";
import type { TaskManager } from "./task-manager.ts";

/** The live processes of a cluster, by name. */
export class ClusterDirectory {
  readonly #taskManagers = new Map<string, TaskManager>();
  #leader: JobMaster | undefined = undefined;

  /** The job master that leads, if one does. */
  get leader(): JobMaster | undefined {
    return this.#leader?.incarnation.isAlive === true ? this.#leader : undefined;
  }

  /** The task managers that are up, by name. */
  get taskManagers(): readonly TaskManager[] {
    return [...this.#taskManagers.values()].filter(({ incarnation }) => incarnation.isAlive);
  }

  /** The task manager called `name`, if it is up. */
  taskManager(name: string): TaskManager | undefined {
    const found = this.#taskManagers.get(name);
    return found?.incarnation.isAlive === true ? found : undefined;
  }

  /** A job master has taken the lead. */
  lead(jobMaster: JobMaster): void {
    this.#leader = jobMaster;
  }

  /** A task manager has started. */
  add(taskManager: TaskManager): void {
    this.#taskManagers.set(taskManager.incarnation.place.name, taskManager);
  }
}
