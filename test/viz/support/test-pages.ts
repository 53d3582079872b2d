// Pages for browser tests: a run's replay page as a file, opened from disk with the network off. Whatever the page
// complains of, on its console or as an error, fails the test that closes it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { SCENARIOS } from "../../../scenarios/index.ts";
import type { Case } from "../../../sim/harness/case.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import { labPage, replayPage } from "../../../sim/node/replay-page.ts";
import { traceOf } from "../../../sim/node/trace-recording.ts";
import { launchBrowser } from "../../support/browser.ts";
import { runner } from "../../support/runner.ts";

/** The pages of one file of tests and the browser they are opened in: there before its tests, gone after them. */
export class TestPages {
  readonly #folder = mkdtempSync(join(tmpdir(), "cleancut-page-"));
  #browser: Browser | undefined = undefined;
  #written = 0;

  constructor() {
    beforeAll(async () => {
      this.#browser = await launchBrowser();
    });
    afterAll(async () => {
      await this.#browser?.close();
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** The address of the replay page of a case. */
  async replay(request: Case): Promise<string> {
    const { run, verdicts } = runner.runChecked(runner.prepare(recordedFully(request)));
    const trace = traceOf(run);
    if (trace === undefined) throw new Error("A run with recording on left no trace");
    return this.#write(await replayPage(trace, verdicts));
  }

  /** The address of a page without a run. */
  async lab(): Promise<string> {
    return this.#write(await labPage());
  }

  /**
   * Opens an address without a network, in English and light unless said otherwise, and waits until the page shows a
   * run.
   */
  open(address: string, options: OpenOptions = {}): Promise<OpenPage> {
    return openPage(must(this.#browser, "browser"), address, options);
  }

  #write(html: string): string {
    const path = join(this.#folder, `${this.#written++}.html`);
    writeFileSync(path, html);
    return pathToFileURL(path).href;
  }
}

/** The faults of a scenario's plan. */
export function planOf(scenario: string, plan: string): NonNullable<Case["faults"]> {
  const found = SCENARIOS.find(({ name }) => name === scenario)?.plans[plan];
  return must(found, `plan ${plan} of ${scenario}`);
}

/** The run that most tests read: words are counted, and a machine crashes. */
export const CRASHED_WORD_COUNT: Case = {
  scenario: "word-count",
  seed: 7,
  faults: planOf("word-count", "crash"),
};

/** As `cleancut run --trace` records. */
export function recordedFully(request: Case): Case {
  return { ...request, config: { "recording.level": "network", ...request.config } };
}

/** A page that is open, and what it complained of so far. */
export interface OpenPage {
  readonly page: Page;
  /** Fails if there were complaints, and closes the page. */
  close(): Promise<void>;
}

/** How a page is opened. */
export type OpenOptions = BrowserContextOptions & { readonly initScript?: string };

async function openPage(
  browser: Browser,
  address: string,
  { initScript, ...contextOptions }: OpenOptions,
): Promise<OpenPage> {
  const context = await browser.newContext({
    locale: "en",
    colorScheme: "light",
    viewport: { width: 1440, height: 900 },
    offline: true,
    ...contextOptions,
  });
  if (initScript !== undefined) await context.addInitScript(initScript);
  const page = await context.newPage();
  // Sooner than a test gives up, so that it says what it waited for.
  page.setDefaultTimeout(12_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("request", (request) => {
    if (/^https?:/.test(request.url())) complaints.push(`The page asked for ${request.url()}`);
  });
  await page.goto(address);
  await page.locator(".facts", { hasText: /./ }).waitFor();
  return {
    page,
    close: async () => {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}
