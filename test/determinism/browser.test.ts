// The same digest in Node and in a real browser: in the page itself, and in a worker made from a Blob, as the replay
// page does it. And the two implementations of SHA-256 agree.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { bundle } from "../../sim/node/bundler.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { launchBrowser } from "../support/browser.ts";
import { runner } from "../support/runner.ts";
import { digestOf, sha256 as pageSha256 } from "./browser-entry.ts";
import { CASES } from "./cases.ts";

let browser: Browser;
let page: Page;
let code = "";

beforeAll(async () => {
  const entry = 'export { digestOf } from "./test/determinism/browser-entry.ts";';
  code = readFileSync(await bundle({ entry, platform: "neutral" }), "utf8");
  browser = await launchBrowser();
  page = await browser.newPage();
  // A page with an origin of its own: a module worker does not start from about:blank.
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<p>page" }));
  await page.goto("http://cleancut.test/");
});

afterAll(() => browser.close());

test.each(CASES)("$title: the page gives Node's digest", async ({ case: request }) => {
  expect(await digestInPage(request)).toBe(digestHere(request));
});

test.each(CASES)("$title: a Blob worker gives Node's digest", async ({ case: request }) => {
  expect(await digestInWorker(request)).toBe(digestHere(request));
});

test.each(CASES)("$title: the page's bundle gives Node's digest in Node, too", (titled) => {
  expect(digestOf(titled.case)).toBe(digestHere(titled.case));
});

test("Node's SHA-256 and the page's agree", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 200 }));
  const property = fc.property(parts, (drawn) => {
    expect(pageSha256(drawn)).toEqual(sha256(drawn));
  });
  fc.assert(property);
});

function digestHere(request: Case): string {
  return runner.run(runner.prepare(request)).digest;
}

// What runs in the browser is text, so that the tests need no types of the browser's.

function digestInPage(request: Case): Promise<unknown> {
  return page.evaluate(`(async () => {
    const url = URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: "text/javascript" }));
    const { digestOf } = await import(url);
    URL.revokeObjectURL(url);
    return digestOf(${JSON.stringify(request)});
  })()`);
}

function digestInWorker(request: Case): Promise<unknown> {
  const script = `${code}\nonmessage = ({ data }) => postMessage(digestOf(data));`;
  return page.evaluate(`new Promise((resolve, reject) => {
    const url = URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(${JSON.stringify(request)});
  })`);
}
