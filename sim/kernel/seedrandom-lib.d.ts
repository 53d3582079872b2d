// @types/seedrandom describes only the main module; random.ts needs the pure one.
declare module "seedrandom/lib/alea.js" {
  import type { State, StatefulPRNG } from "seedrandom";
  export default function alea(
    seed: string,
    options?: { state?: State.Alea | true },
  ): StatefulPRNG<State.Alea>;
}
