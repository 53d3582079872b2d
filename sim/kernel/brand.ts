// Branding: a type that only its own maker can produce. The brand exists for the compiler alone.

declare const brand: unique symbol;

/** A value of type `Base` that has been checked and named: `Brand<number, "Instant">` is no plain number. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
