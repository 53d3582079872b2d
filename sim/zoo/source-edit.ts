// A bug as a change of the engine's source: exact text and what stands in its place. It is applied when the
// engine is bundled; the engine itself knows nothing of it.

/** One piece of one file replaced. */
export interface SourceEdit {
  /** Path from the repository's root, such as "sim/runtime/task/stream-task.ts". */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** An edit that does not fit the source it is meant for. */
export class SourceEditError extends Error {
  override readonly name = "SourceEditError";
}

/** `source`, the text of the edit's file, with the edit made. Throws {@link SourceEditError} unless it fits exactly once. */
export function applyEdit(source: string, edit: SourceEdit): string {
  const { file, find, replace } = edit;
  const parts = source.split(find);
  if (find === "" || parts.length !== 2) {
    const found = find === "" ? "no text to find" : `its text ${parts.length - 1} times`;
    throw new SourceEditError(
      `Cannot edit ${file}: found ${found}, expected it exactly once: ${shown(find)}`,
    );
  }
  return parts.join(replace);
}

function shown(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}...` : line);
}
