// Watches: a small language over the state at the cursor, such as `sum(count) = 10`, `count[a]` or
// `offset(source-1)`. This file reads an expression into a tree; watch-value.ts says what it comes to.
//
//   expression = sum [("=" | "!=" | "<" | "<=" | ">" | ">=") sum]
//   sum        = product {("+" | "-") product}
//   product    = factor {("*" | "/") factor}
//   factor     = number | "-" factor | "(" expression ")" | name "[" key "]" | name "(" argument ")"
//
// Names may have hyphens, so that a minus between names needs a space before it. A key or argument is taken as it
// stands, up to its closing bracket.

/** An expression, read. */
export type WatchExpression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "lookup"; readonly state: StateName; readonly key: string }
  | { readonly kind: "call"; readonly name: string; readonly argument: string }
  | { readonly kind: "negative"; readonly of: WatchExpression }
  | {
      readonly kind: "operation";
      readonly operator: Operator;
      readonly left: WatchExpression;
      readonly right: WatchExpression;
    };

/** An operator between two expressions. */
export type Operator = (typeof OPERATORS)[number];

/** The name of a state: as it is now, or as a checkpoint holds it. */
export interface StateName {
  readonly name: string;
  readonly checkpoint: string | undefined;
}

/** Why a text is no expression. */
export interface WatchSyntaxError {
  readonly kind: "syntax";
  /** What was found; undefined for the end. */
  readonly found: string | undefined;
  readonly expected: "value" | "operator" | "]" | ")";
}

const OPERATORS = ["=", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/"] as const;

const COMPARISONS: readonly Operator[] = ["=", "!=", "<=", ">=", "<", ">"];

/** Reads an expression; undefined for an empty text. */
export function parseWatch(text: string): WatchExpression | WatchSyntaxError | undefined {
  if (text.trim() === "") return undefined;
  const reader = new WatchReader(text);
  try {
    return reader.readAll();
  } catch (error) {
    if (error instanceof Unreadable) return error.problem;
    throw error;
  }
}

/** `count`, or `count@2` for what checkpoint 2 holds. */
export function parseStateName(text: string): StateName {
  const [name = "", checkpoint] = text.split("@", 2).map((part) => part.trim());
  return { name, checkpoint };
}

class Unreadable extends Error {
  readonly problem: WatchSyntaxError;

  constructor(problem: WatchSyntaxError) {
    super(problem.expected);
    this.problem = problem;
  }
}

class WatchReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): WatchExpression {
    const expression = this.#comparison();
    this.#skipSpaces();
    if (this.#at < this.#text.length) throw this.#unreadable("operator");
    return expression;
  }

  #comparison(): WatchExpression {
    const left = this.#sum();
    const operator = this.#takeOperator(COMPARISONS);
    return operator === undefined
      ? left
      : { kind: "operation", operator, left, right: this.#sum() };
  }

  #sum(): WatchExpression {
    return this.#chain(["+", "-"], () => this.#product());
  }

  #product(): WatchExpression {
    return this.#chain(["*", "/"], () => this.#factor());
  }

  #chain(operators: readonly Operator[], next: () => WatchExpression): WatchExpression {
    let left = next();
    for (
      let operator = this.#takeOperator(operators);
      operator !== undefined;
      operator = this.#takeOperator(operators)
    ) {
      left = { kind: "operation", operator, left, right: next() };
    }
    return left;
  }

  #factor(): WatchExpression {
    this.#skipSpaces();
    if (this.#takeText("-")) return { kind: "negative", of: this.#factor() };
    if (this.#takeText("(")) {
      const inner = this.#comparison();
      this.#skipSpaces();
      if (!this.#takeText(")")) throw this.#unreadable(")");
      return inner;
    }
    const number = this.#takeMatch(/\d+(?:\.\d+)?/y);
    if (number !== undefined) return { kind: "number", value: Number(number) };
    const name = this.#takeMatch(/[\p{L}_][\p{L}\p{N}_.]*(?:-[\p{L}\p{N}_.]+)*(?:\s*@\s*\d+)?/uy);
    if (name === undefined) throw this.#unreadable("value");
    this.#skipSpaces();
    if (this.#takeText("[")) {
      return { kind: "lookup", state: parseStateName(name), key: this.#takeUpTo("]") };
    }
    if (this.#takeText("(")) return { kind: "call", name, argument: this.#takeUpTo(")") };
    // A name alone: a function of nothing, such as `completed`.
    return { kind: "call", name, argument: "" };
  }

  #takeOperator(operators: readonly Operator[]): Operator | undefined {
    this.#skipSpaces();
    return operators.find((operator) => this.#takeText(operator));
  }

  #takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takeMatch(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #takeUpTo(close: "]" | ")"): string {
    const end = this.#text.indexOf(close, this.#at);
    if (end === -1) {
      this.#at = this.#text.length;
      throw this.#unreadable(close);
    }
    const found = this.#text.slice(this.#at, end).trim();
    this.#at = end + 1;
    return found;
  }

  #skipSpaces(): void {
    while (this.#text[this.#at]?.trim() === "") this.#at++;
  }

  #unreadable(expected: WatchSyntaxError["expected"]): Unreadable {
    const rest = this.#text.slice(this.#at, this.#at + 12).trim();
    return new Unreadable({ kind: "syntax", found: rest === "" ? undefined : rest, expected });
  }
}
