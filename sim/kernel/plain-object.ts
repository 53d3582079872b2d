// What counts as plain data, how deep it may go, and how its objects are filled and sorted.

/** How deep plain data may be nested; what is deeper contains itself, most likely. */
export const PLAIN_DATA_DEPTH_MAX = 500;

/** Whether `value` is an object literal (or has no prototype), as opposed to an instance of a class. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // An object literal of another realm (a worker's message, a vm context): its prototype is a root as well.
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, "hasOwnProperty")
  );
}

/** Sets an own field, also when it is called `__proto__`, which a plain assignment would take for the prototype. */
export function setField(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    target[name] = value;
  }
}

/** The order of UTF-16 code units, in which names are sorted everywhere. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
