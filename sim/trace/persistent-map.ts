// A sorted map that never changes: setting gives a new map, which shares all but a path of the old one. A treap whose
// priorities are hashes of the keys, so that equal contents have one shape whatever the order they came in.

import { textHash } from "../kernel/hash.ts";

/** An immutable map from texts, in the order of their UTF-16 code units. */
export class PersistentMap<Value> {
  readonly #root: Node<Value> | undefined;

  private constructor(root: Node<Value> | undefined) {
    this.#root = root;
  }

  /** A map without entries. */
  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>(undefined);
  }

  get(key: string): Value | undefined {
    let node = this.#root;
    while (node !== undefined && node.key !== key) node = key < node.key ? node.left : node.right;
    return node?.value;
  }

  /** This map with `value` at `key`. */
  set(key: string, value: Value): PersistentMap<Value> {
    return new PersistentMap(withEntry(this.#root, { key, value, priority: textHash(key) }));
  }

  /** All entries, by key. */
  *entries(): Generator<readonly [string, Value]> {
    yield* entriesUnder(this.#root);
  }
}

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly priority: number;
}

interface Node<Value> extends Entry<Value> {
  readonly left: Node<Value> | undefined;
  readonly right: Node<Value> | undefined;
}

function withEntry<Value>(node: Node<Value> | undefined, entry: Entry<Value>): Node<Value> {
  if (node === undefined) return { ...entry, left: undefined, right: undefined };
  if (entry.key === node.key) return { ...node, value: entry.value };
  if (entry.key < node.key) {
    const left = withEntry(node.left, entry);
    return left.priority > node.priority
      ? { ...left, right: { ...node, left: left.right } }
      : { ...node, left };
  }
  const right = withEntry(node.right, entry);
  return right.priority > node.priority
    ? { ...right, left: { ...node, right: right.left } }
    : { ...node, right };
}

function* entriesUnder<Value>(node: Node<Value> | undefined): Generator<readonly [string, Value]> {
  if (node === undefined) return;
  yield* entriesUnder(node.left);
  yield [node.key, node.value];
  yield* entriesUnder(node.right);
}
