// All adapters. A vector file without one counts as not yet.

import type { Adapter } from "../adapter.ts";
import { keygroups } from "./keygroups.ts";
import { rescale } from "./rescale.ts";

export const adapters: readonly Adapter[] = [keygroups, rescale];
