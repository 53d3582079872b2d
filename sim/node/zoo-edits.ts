// The edits that a case's `edits` name: the zoo's bugs, and the imagined engines of lessons.

import { nearest } from "../runtime/configuration.ts";
import { BUGS, bugNamed } from "../zoo/all-bugs.ts";
import type { Bug } from "../zoo/bug.ts";
import { IMAGINED_ENGINES } from "../zoo/imagined-engines.ts";
import type { SourceEdit } from "../zoo/source-edit.ts";
import { RequestError } from "./request-error.ts";

/** The edits of the bugs and imagined engines with these ids. Throws a {@link RequestError} for an id that is none. */
export function editsOf(ids: readonly string[]): readonly SourceEdit[] {
  return ids.flatMap((id) => {
    const imagined = IMAGINED_ENGINES.find((engine) => engine.id === id);
    return (imagined ?? requireBug(id)).edits;
  });
}

/** The bug with this id or ticket. Throws a {@link RequestError} if there is none. */
export function requireBug(name: string): Bug {
  const bug = bugNamed(name);
  if (bug !== undefined) return bug;
  const near = nearest(
    name,
    BUGS.map(({ id }) => id),
  );
  throw new RequestError(
    `Cannot find the bug "${name}": the zoo has none of that name, the nearest is "${near}"`,
  );
}
