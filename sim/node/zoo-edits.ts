// The edits that a case's `edits` name.

import { nearest } from "../runtime/configuration.ts";
import { BUGS, bugNamed } from "../zoo/all-bugs.ts";
import type { Bug } from "../zoo/bug.ts";
import type { SourceEdit } from "../zoo/source-edit.ts";
import { RequestError } from "./request-error.ts";

/** The edits of the zoo's bugs with these ids. Throws a {@link RequestError} for an id that is none. */
export function editsOf(ids: readonly string[]): readonly SourceEdit[] {
  return ids.flatMap((id) => requireBug(id).edits);
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
