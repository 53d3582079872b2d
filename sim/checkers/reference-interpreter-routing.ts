// Which consumer a key belongs to, in the reference interpreter's own words: Java's hashCode, Flink's murmur
// hash, key groups. Written apart from the engine on purpose (sim/runtime/state/key-groups.ts is the other one).

/** The index of the consumer that owns `key`. */
export function consumerOfKey(key: unknown, maxParallelism: number, parallelism: number): number {
  return Math.trunc((keyGroupOfKey(key, maxParallelism) * parallelism) / maxParallelism);
}

/** The key group of `key`. */
export function keyGroupOfKey(key: unknown, maxParallelism: number): number {
  return spread(javaHash(key)) % maxParallelism;
}

/** Java's hashCode: Integer, Long, Double, Boolean, String, List; a map is the list of its keys and values. */
function javaHash(key: unknown): number {
  if (key === undefined || key === null) return 0;
  if (typeof key === "boolean") return key ? 1231 : 1237;
  if (typeof key === "string") {
    let hash = 0;
    for (let at = 0; at < key.length; at++) hash = (Math.imul(31, hash) + key.charCodeAt(at)) | 0;
    return hash;
  }
  if (typeof key === "bigint") return foldLong(BigInt.asUintN(64, key));
  if (typeof key === "number") {
    const isWhole = Number.isSafeInteger(key) && !Object.is(key, -0);
    if (isWhole && key >= -0x80000000 && key <= 0x7fffffff) return key;
    if (isWhole) return foldLong(BigInt.asUintN(64, BigInt(key)));
    if (Number.isNaN(key)) return 0x7ff80000;
    const halves = new Int32Array(new Float64Array([key]).buffer);
    return (halves[0] ?? 0) ^ (halves[1] ?? 0);
  }
  return listHash(partsOf(key));
}

function foldLong(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}

function listHash(parts: readonly unknown[]): number {
  return parts.reduce<number>((hash, part) => (Math.imul(31, hash) + javaHash(part)) | 0, 1);
}

function partsOf(key: unknown): readonly unknown[] {
  if (Array.isArray(key)) return key;
  if (key instanceof Set) return [...key];
  if (key instanceof Map) return [...key].flat();
  if (key instanceof Uint8Array) return [...key].map((byte) => (byte << 24) >> 24);
  const fields = key as { readonly [name: string]: unknown };
  const names = Object.keys(fields).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return names.flatMap((name) => [name, fields[name]]);
}

/** Flink's murmur hash of one 32-bit word. */
function spread(code: number): number {
  const first = Math.imul(code, 0xcc9e2d51);
  const second = Math.imul((first << 15) | (first >>> 17), 0x1b873593);
  let hash = (Math.imul((second << 13) | (second >>> 19), 5) + 0xe6546b64) ^ 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >= 0 ? hash : hash === -0x80000000 ? 0 : -hash;
}
