// The files that materializations have uploaded, and whose they are: the task's own, which deletes them, until an
// acknowledgement hands them in; from then on the coordinator's registry keeps them and lets them go (Flink:
// TaskChangelogRegistry). So a file that no checkpoint ever heard of does not stay.

import type { CheckpointId } from "../stream-element.ts";
import type { SharedFileHandle } from "./state-handle.ts";

interface HeldFile {
  readonly file: SharedFileHandle;
  /** Checkpoints that name it and are not acknowledged yet. */
  readonly users: Set<CheckpointId>;
  isHandedIn: boolean;
  /** Whether it is one of the newest materialization's. */
  isCurrent: boolean;
}

/** The files of one attempt. What a method returns are paths of files to be deleted. */
export class MaterializedFiles {
  /** By operator and name. */
  readonly #held = new Map<string, HeldFile>();

  /** A file of the newest materialization. */
  find(operatorId: string, name: string): SharedFileHandle | undefined {
    const held = this.#held.get(keyOf(operatorId, name));
    return held?.isCurrent === true ? held.file : undefined;
  }

  /** As `find`, for a checkpoint that is going to hand it in. */
  use(checkpoint: CheckpointId, operatorId: string, name: string): SharedFileHandle | undefined {
    const file = this.find(operatorId, name);
    if (file !== undefined) this.#held.get(keyOf(operatorId, name))?.users.add(checkpoint);
    return file;
  }

  /** `files` are all that the newest materialization of an operator has uploaded, itself or before. */
  replace(operatorId: string, files: readonly SharedFileHandle[]): readonly string[] {
    const current = new Map(files.map((file) => [keyOf(operatorId, file.name), file]));
    for (const [key, held] of this.#held) {
      if (key.startsWith(keyOf(operatorId, ""))) held.isCurrent = current.has(key);
    }
    for (const [key, file] of current) {
      if (this.#held.has(key)) continue;
      this.#held.set(key, { file, users: new Set(), isHandedIn: false, isCurrent: true });
    }
    return this.#letGo();
  }

  /** `checkpoint` has handed in what it uses. */
  acknowledged(checkpoint: CheckpointId): readonly string[] {
    for (const held of this.#held.values()) {
      if (held.users.delete(checkpoint)) held.isHandedIn = true;
    }
    return this.#letGo();
  }

  /** `checkpoint` was given up before it was acknowledged. */
  dropped(checkpoint: CheckpointId): readonly string[] {
    for (const held of this.#held.values()) held.users.delete(checkpoint);
    return this.#letGo();
  }

  /** The attempt ends; none of its checkpoints is under way any more. */
  close(): readonly string[] {
    for (const held of this.#held.values()) held.isCurrent = false;
    return this.#letGo();
  }

  /** What determines what becomes of the files, as plain data. */
  describeState(): unknown {
    return [...this.#held].map(([key, { users, isHandedIn, isCurrent }]) => {
      return [key, [...users], isHandedIn, isCurrent];
    });
  }

  /** Forgets what nobody here needs. */
  #letGo(): readonly string[] {
    const paths: string[] = [];
    for (const [key, { file, users, isHandedIn, isCurrent }] of this.#held) {
      if (isCurrent || users.size > 0) continue;
      this.#held.delete(key);
      if (!isHandedIn && file.handle.kind === "file") paths.push(file.handle.path);
    }
    return paths;
  }
}

function keyOf(operatorId: string, name: string): string {
  return `${operatorId}\n${name}`;
}
