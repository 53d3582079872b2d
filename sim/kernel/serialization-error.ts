// The one error of everything that turns values into bytes or text and back.

/** A value that a serializer cannot take, or bytes (or text) that it did not write. Wrong input, never a bug of ours. */
export class SerializationError extends Error {
  override readonly name = "SerializationError";
}

/**
 * Names a value for an error message: short, on one line, never failing, whatever it is.
 *
 * @example describeValue("a") // the string "a"
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "string":
      return `the string ${JSON.stringify(shortened(value))}`;
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : String(value)}`;
    case "bigint":
      return `the bigint ${shortened(String(value))}n`;
    case "boolean":
      return String(value);
    case "symbol":
      return "a symbol";
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`;
    case "object":
      return describeObject(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const maker: unknown = Object.getPrototypeOf(value)?.constructor;
  if (typeof maker !== "function" || maker === Object) return "a plain object";
  return `an instance of ${maker.name === "" ? "an unnamed class" : maker.name}`;
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}
