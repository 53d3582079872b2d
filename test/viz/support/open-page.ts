// Pages for browser tests: a run's replay page as a file, opened from disk with the network off. Whatever the page
// complains of, on its console or as an error, fails the test that opened it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { SCENARIOS } from "../../../scenarios/index.ts";
import type { Case } from "../../../sim/harness/case.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import { labPage, replayPage } from "../../../sim/node/replay-page.ts";
import { traceOf } from "../../../sim/node/trace-recording.ts";
import { runner } from "../../support/runner.ts";

/** A folder of pages, gone after the tests. */
export class PageFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), "cleancut-page-"));

  /** The address of the replay page of a case. */
  async replay(name: string, request: Case): Promise<string> {
    const { run, verdicts } = runner.runChecked(runner.prepare(recordedFully(request)));
    const trace = traceOf(run);
    if (trace === undefined) throw new Error("A run with recording on left no trace");
    return this.#write(name, await replayPage(trace, verdicts));
  }

  /** The address of a page without a run. */
  async lab(name: string): Promise<string> {
    return this.#write(name, await labPage());
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, html: string): string {
    const path = join(this.#folder, `${name}.html`);
    writeFileSync(path, html);
    return pathToFileURL(path).href;
  }
}

/** The faults of a scenario's plan. */
export function planOf(scenario: string, plan: string): NonNullable<Case["faults"]> {
  const found = SCENARIOS.find(({ name }) => name === scenario)?.plans[plan];
  return must(found, `plan ${plan} of ${scenario}`);
}

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

/**
 * Opens an address without a network, in English and light unless said otherwise, and waits until the page shows a
 * run.
 */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions & { readonly initScript?: string } = {},
): Promise<OpenPage> {
  const { initScript, ...contextOptions } = options;
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
