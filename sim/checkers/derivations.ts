// Ids of records by what they come from: the source record or the timer, then at every step which of its outputs. Two
// records have the same id exactly if they came about in the same way, in whatever attempt. The table only ever grows
// and equal questions have equal answers, so copies of a fold share it.

import { finishHash, mixHash, textHash } from "../kernel/hash.ts";
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

/** A timer that fired. */
export interface TimerName {
  /** The operator's uid. */
  readonly operator: string;
  /** A canonical text. */
  readonly key: string;
  /** In milliseconds. */
  readonly timestamp: number;
  /** How many timers of this operator, key and timestamp had fired before. */
  readonly nth: number;
}

/** What a record goes back to. A timer may have been set for many reasons, and is one of its own. */
export type Origin =
  | { readonly kind: "source-record"; readonly record: SourceRecordName }
  | { readonly kind: "timer"; readonly timer: TimerName };

/** Knows all ids. */
export class Derivations {
  readonly #stages: number;
  readonly #roots = new Map<string, Derivation>();
  readonly #origins = new Map<Derivation, Origin>();
  readonly #children = new Map<number, Derivation>();
  readonly #parents: Derivation[] = [];
  readonly #hashes: number[] = [];

  /** `stages` is how many ways there are for a record to go on: exchanges and sinks. */
  constructor(stages: number) {
    this.#stages = stages;
  }

  /** The id of a source record. */
  root(record: SourceRecordName): Derivation {
    const { vertex, partition, offset } = record;
    const name = `${vertex}/${partition}/${offset}`;
    const known = this.#roots.get(name);
    if (known !== undefined) return known;
    const hash = mixHash(mixHash(mixHash(0x5eed, vertex), partition), offset);
    return this.#addRoot(name, hash, { kind: "source-record", record });
  }

  /** The id of what a timer sets off. */
  timer(timer: TimerName): Derivation {
    const { operator, key, timestamp, nth } = timer;
    const name = `timer ${timestamp} ${nth} ${operator} ${key}`;
    return this.#roots.get(name) ?? this.#addRoot(name, textHash(name), { kind: "timer", timer });
  }

  /** The id of the first record that a step on `input` puts out on `stage`. */
  firstOutput(input: Derivation, stage: number): Derivation {
    return this.#child(input, stage);
  }

  /** The id of the record that the same step puts out there after `output`. */
  nextOutput(output: Derivation, stage: number): Derivation {
    return this.#child(output, this.#stages + stage);
  }

  /** The source record or timer that an id goes back to. */
  originOf(id: Derivation): Origin {
    let at = id;
    for (let parent = this.#parents[at] ?? -1; parent >= 0; parent = this.#parents[at] ?? -1) {
      at = parent;
    }
    return must(this.#origins.get(at), "origin of a derivation");
  }

  /** A hash of what an id stands for, which does not depend on who asked first. */
  hashOf(id: Derivation): number {
    return must(this.#hashes[id], "hash of a derivation");
  }

  #addRoot(name: string, hash: number, origin: Origin): Derivation {
    const id = this.#add(-1, hash);
    this.#roots.set(name, id);
    this.#origins.set(id, origin);
    return id;
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
