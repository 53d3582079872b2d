// fast-check as it is handed in. Only its types are imported, so that it need not be there.

import type * as fastCheck from "fast-check";

/** What `import fc from "fast-check"` gives. */
export type FastCheck = typeof fastCheck.default;

/** Values drawn at random that shrink. */
export type Arbitrary<T> = fastCheck.Arbitrary<T>;
