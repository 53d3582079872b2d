// Spreads state files over the keys of an object store (Flink: EntropyInjector): such a store splits its load by the
// beginnings of keys, and files that all begin alike meet in one place. `_metadata` is found by its path and stays there.

import { textHash } from "../../kernel/hash.ts";

/** Where entropy goes, and how much of it. */
export interface EntropyOptions {
  /** `s3.entropy.key`: the part of the checkpoint directory that stands for it. */
  readonly key: string;
  /** `s3.entropy.length`: in characters. */
  readonly length: number;
}

const CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * Where a file of state lies. Entropy is made of the path alone, which no other file has, so that every run has the same.
 *
 * @example withEntropy("bucket/_entropy_/checkpoints/chk-1/x", { key: "_entropy_", length: 4 }) // "bucket/k3f9/checkpoints/chk-1/x"
 */
export function withEntropy(path: string, entropy: EntropyOptions | undefined): string {
  if (entropy === undefined) return path;
  const characters = Array.from({ length: entropy.length }, (_, index) => {
    return CHARACTERS.charAt(textHash(`${index} ${path}`) % CHARACTERS.length);
  });
  // A function, for a text could have a meaning to `replace`.
  return path.replace(entropy.key, () => characters.join(""));
}

/**
 * The directory without the part that stands for entropy, for what has to be found without a pointer to it.
 *
 * @example withoutEntropy("bucket/_entropy_/checkpoints", { key: "_entropy_", length: 4 }) // "bucket/checkpoints"
 */
export function withoutEntropy(directory: string, entropy: EntropyOptions | undefined): string {
  if (entropy === undefined) return directory;
  const at = directory.indexOf(entropy.key);
  if (at < 0) return directory;
  const rest = directory.slice(at + entropy.key.length);
  return directory.slice(0, at) + (rest.startsWith("/") ? rest.slice(1) : rest);
}
