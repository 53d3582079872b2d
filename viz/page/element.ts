// Makes HTML elements in one expression.

/** What an element is made with: attributes by name; `true` is an attribute without a value, `false` none. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/**
 * A new element.
 *
 * @example element("button", { type: "button", class: "quiet" }, "Share")
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}
