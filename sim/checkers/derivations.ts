// Ids of records by what they come from: the source record, then at every step which of its outputs. Two records have
// the same id exactly if they came about in the same way, in whatever attempt. The table only ever grows and equal
// questions have equal answers, so copies of a fold share it.

import { finishHash, mixHash } from "../kernel/hash.ts";
import { must } from "../kernel/invariant.ts";

/** The id of a record. */
export type Derivation = number;

/** A record of a source. */
export interface SourceRecordName {
  /** Position of the source's vertex in the job. */
  readonly vertex: number;
  readonly partition: number;
  readonly offset: number;
}

/** Knows all ids. */
export class Derivations {
  readonly #stages: number;
  readonly #roots = new Map<string, Derivation>();
  readonly #names = new Map<Derivation, SourceRecordName>();
  readonly #children = new Map<number, Derivation>();
  readonly #parents: Derivation[] = [];
  readonly #hashes: number[] = [];

  /** `stages` is how many ways there are for a record to go on: exchanges and sinks. */
  constructor(stages: number) {
    this.#stages = stages;
  }

  /** The id of a source record. */
  root(name: SourceRecordName): Derivation {
    const { vertex, partition, offset } = name;
    const key = `${vertex}/${partition}/${offset}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const id = this.#add(-1, mixHash(mixHash(mixHash(0x5eed, vertex), partition), offset));
    this.#roots.set(key, id);
    this.#names.set(id, name);
    return id;
  }

  /** The id of the first record that a step on `input` puts out on `stage`. */
  firstOutput(input: Derivation, stage: number): Derivation {
    return this.#child(input, stage);
  }

  /** The id of the record that the same step puts out there after `output`. */
  nextOutput(output: Derivation, stage: number): Derivation {
    return this.#child(output, this.#stages + stage);
  }

  /** The source record that an id goes back to. */
  sourceOf(id: Derivation): SourceRecordName {
    let at = id;
    for (let parent = this.#parents[at] ?? -1; parent >= 0; parent = this.#parents[at] ?? -1) {
      at = parent;
    }
    return must(this.#names.get(at), "source record of a derivation");
  }

  /** A hash of what an id stands for, which does not depend on who asked first. */
  hashOf(id: Derivation): number {
    return must(this.#hashes[id], "hash of a derivation");
  }

  #child(parent: Derivation, way: number): Derivation {
    const key = parent * 2 * this.#stages + way;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const id = this.#add(parent, mixHash(this.hashOf(parent), way));
    this.#children.set(key, id);
    return id;
  }

  #add(parent: Derivation, hash: number): Derivation {
    this.#parents.push(parent);
    return this.#hashes.push(hash) - 1;
  }
}

/** An additive digest of a multiset of ids: equal multisets have equal digests, and a pair does not cancel out. */
export interface BagDigest {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** A multiset of ids that knows only its digest. */
export class DerivationBag {
  #count = 0;
  #low = 0;
  #high = 0;

  /** Puts in (`times` 1) or takes out (-1) an id, by its hash. */
  add(hash: number, times: 1 | -1): void {
    this.#count += times;
    this.#low = (this.#low + times * (finishHash(hash) | 0)) | 0;
    this.#high = (this.#high + times * (finishHash(mixHash(hash, 0x6b43a9b5)) | 0)) | 0;
  }

  get digest(): BagDigest {
    return { count: this.#count, low: this.#low, high: this.#high };
  }

  equals(other: DerivationBag): boolean {
    const { count, low, high } = other.digest;
    return this.#count === count && this.#low === low && this.#high === high;
  }

  clone(): DerivationBag {
    const copy = new DerivationBag();
    copy.#count = this.#count;
    copy.#low = this.#low;
    copy.#high = this.#high;
    return copy;
  }
}
