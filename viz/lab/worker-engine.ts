// The page's side of the lab: starts the engine's text as a Blob worker, which works from file:// too, and matches
// answers to requests.

import { CaseRefusal, type LabEngine, type LabRun, type LabScenario } from "./lab-engine.ts";
import type { LabAnswer, LabRequest } from "./lab-messages.ts";

/** An engine that starts once its program's text is there, while the page is shown already. */
export function startEngine(program: Promise<string>): LabEngine {
  const worker = program.then((text) => new EngineWorker(text));
  // Who asks hears of it; a page whose engine nobody asks for is not broken.
  worker.catch(() => {});
  return {
    scenarios: async () => (await worker).scenarios,
    run: async (request) => (await worker).run(request),
  };
}

/** A worker in which the engine runs, and who waits for its answers. */
class EngineWorker {
  readonly scenarios: Promise<readonly LabScenario[]>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;

  constructor(program: string) {
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    this.scenarios = new Promise((resolve, reject) => {
      this.#worker.addEventListener("message", ({ data }: MessageEvent<LabAnswer>) => {
        if (data.kind === "ready") resolve(data.scenarios);
        else this.#settle(data);
      });
      this.#worker.addEventListener("error", ({ message }) => {
        const broken = new Error(`The engine's worker broke: ${message}`);
        reject(broken);
        for (const waiting of this.#waiting.values()) waiting.reject(broken);
        this.#waiting.clear();
      });
    });
    this.scenarios.catch(() => {}).finally(() => URL.revokeObjectURL(url));
  }

  run(request: LabRequest["request"]): Promise<LabRun> {
    return new Promise((resolve, reject) => {
      const id = this.#requests++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request } satisfies LabRequest);
    });
  }

  #settle(answer: Exclude<LabAnswer, { readonly kind: "ready" }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === "ran") waiting?.resolve(answer.run);
    else waiting?.reject(new CaseRefusal(answer.sentence));
  }
}

interface Waiting {
  resolve(run: LabRun): void;
  reject(error: Error): void;
}
