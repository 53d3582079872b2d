// The edits that a case's `edits` name.

import type { SourceEdit } from "../zoo/source-edit.ts";
import { RequestError } from "./request-error.ts";

/** The edits of the zoo's bugs with these ids. Throws a {@link RequestError} for an id that is none. */
export function editsOf(ids: readonly string[]): readonly SourceEdit[] {
  return ids.map((id) => {
    throw new RequestError(`Cannot build the bug "${id}" in: the zoo has no such bug`);
  });
}
