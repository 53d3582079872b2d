// The parts of a projection that are of one kind, such as all channels: looked up by key, listed in the order in which
// they appeared. Each knows the event that changed it last: parts of one run that were changed last by the same event
// are equal, whichever replay they come from.

/** Parts by key. A clone shares all with what it was made of, until either changes. */
export class PartList<Key, Part> {
  #positions: Map<Key, number>;
  #list: Part[];
  /** Of each part, the index of the event that changed it last; -1 for none. */
  #changes: number[];
  /** Whether somebody else holds the three above, so that they must be copied before the next change. */
  #isShared = true;

  private constructor(positions: Map<Key, number>, list: Part[], changes: number[]) {
    this.#positions = positions;
    this.#list = list;
    this.#changes = changes;
  }

  /** Parts that are there before the first event. */
  static of<Key, Part>(parts: Iterable<Part>, keyOf: (part: Part) => Key): PartList<Key, Part> {
    const list = [...parts];
    const positions = new Map(list.map((part, position) => [keyOf(part), position]));
    return new PartList(
      positions,
      list,
      list.map(() => -1),
    );
  }

  get(key: Key): Part | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.#list[position];
  }

  /** Notes that event `index` has changed the part at `key`, or brought it. */
  set(key: Key, part: Part, index: number): void {
    if (this.get(key) === part) return;
    if (this.#isShared) this.#unshare();
    const position = this.#positions.get(key) ?? this.#list.length;
    this.#positions.set(key, position);
    this.#list[position] = part;
    this.#changes[position] = index;
  }

  /** The parts as they are now; the list will not change. */
  list(): readonly Part[] {
    this.#isShared = true;
    return this.#list;
  }

  clone(): PartList<Key, Part> {
    this.#isShared = true;
    return new PartList(this.#positions, this.#list, this.#changes);
  }

  /** Takes from `known`, the same parts at another moment of the run, all that are equal. */
  shareWith(known: PartList<Key, Part>): void {
    const isEqual = this.#changes.map((change, position) => known.#changes[position] === change);
    if (isEqual.length === known.#changes.length && isEqual.every((is) => is)) {
      known.#isShared = true;
      this.#isShared = true;
      this.#list = known.#list;
      return;
    }
    for (const [position, part] of known.#list.entries()) {
      if (isEqual[position] !== true || this.#list[position] === part) continue;
      if (this.#isShared) this.#unshare();
      this.#list[position] = part;
    }
  }

  #unshare(): void {
    this.#positions = new Map(this.#positions);
    this.#list = this.#list.slice();
    this.#changes = this.#changes.slice();
    this.#isShared = false;
  }
}
