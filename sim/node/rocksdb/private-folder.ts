// A folder that nobody else reads and that is gone with this process, however it ends: a shell waits for the end of a
// pipe that only we hold open, and then removes it. A handler of signals would see no kill, and would keep Ctrl-C from
// a run that never gives the event loop a turn.

import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder, removed when this process (or the worker thread that asked) is no more. */
export function makePrivateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cleancut-rocksdb-"));
  removeAfterUs(folder);
  return folder;
}

function removeAfterUs(folder: string): void {
  const remover = spawn("sh", ["-c", 'read -r _; rm -rf -- "$0"', folder], {
    // Ctrl-C goes to the whole group of processes: the remover must not be in ours.
    detached: true,
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell the folder stays; the run is none the worse for it.
  remover.on("error", () => {});
  remover.unref();
  if (remover.stdin instanceof Socket) remover.stdin.unref();
}
