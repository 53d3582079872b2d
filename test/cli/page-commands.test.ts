// Pages from the command line: a replay is written whole or not at all and only of an intact trace, a gallery has one
// page a scenario, and the lab is served to this machine and nobody else until Ctrl-C.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cleancut, served, workFolder } from "./command-line.ts";

const folder = workFolder();

beforeAll(async () => {
  const run = ["run", "listing", "--seed", "3", "--trace", "three.jsonl"];
  expect(await cleancut(folder, ...run)).toMatchObject({ exitCode: 0 });
});

describe("replay", () => {
  test("writes one whole file that needs nothing from elsewhere", async () => {
    const outcome = await cleancut(folder, "replay", "three.jsonl", "--json");
    expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
    const told = JSON.parse(outcome.output) as { readonly page: string; readonly digest: string };
    const trace = readFileSync(join(folder, "three.jsonl"), "utf8");
    expect(trace).toContain(told.digest);
    const html = readFileSync(join(folder, told.page), "utf8");
    expect(html).toMatch(/^<!doctype html>/);
    expect(html.trimEnd()).toMatch(/<\/html>$/);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(?:script|link|img)[^>]* (?:src|href)="(?!data:)/);
    expect(readdirSync(folder).sort()).toEqual(["three.html", "three.jsonl"]);
  });

  test("refuses a trace that was changed, one that is none, and one that is not there, and writes nothing", async () => {
    const trace = readFileSync(join(folder, "three.jsonl"), "utf8");
    const at = trace.indexOf(',"rows":[[') + 10;
    const digit = trace[at] === "1" ? "2" : "1";
    writeFileSync(join(folder, "changed.jsonl"), trace.slice(0, at) + digit + trace.slice(at + 1));
    writeFileSync(join(folder, "poem.jsonl"), "Shall I compare thee to a summer's day?\n");
    const [changed, poem, missing] = await Promise.all(
      ["changed", "poem", "missing"].map((name) => cleancut(folder, "replay", `${name}.jsonl`)),
    );
    expect(changed).toMatchObject({ exitCode: 2, output: "" });
    expect(changed?.errors).toMatch(
      /^Cannot replay changed\.jsonl: it was changed since it was recorded/,
    );
    expect(poem).toMatchObject({ exitCode: 2, output: "" });
    expect(poem?.errors).toMatch(/^Cannot read /);
    expect(missing).toMatchObject({ exitCode: 2, output: "" });
    for (const name of ["changed", "poem", "missing"]) {
      expect(existsSync(join(folder, `${name}.html`))).toBe(false);
    }
  });

  test("refuses a place where nothing can be written, and leaves nothing there", async () => {
    const before = readdirSync(folder);
    const words = ["replay", "three.jsonl", "--out", "three.jsonl/page.html"];
    expect(await cleancut(folder, ...words)).toMatchObject({ exitCode: 2, output: "" });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("gallery", () => {
  test("writes a page a scenario and a page that leads to each", async () => {
    const words = ["gallery", "word-count", "listing", "--out", "class", "--seed", "5"];
    const outcome = await cleancut(folder, ...words);
    expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
    const files = readdirSync(join(folder, "class")).sort();
    expect(files).toEqual(["index.html", "listing.html", "word-count.html"]);
    const index = readFileSync(join(folder, "class", "index.html"), "utf8");
    const links = [...index.matchAll(/href="([^"]+\.html)"/g)].map(([, link]) => link);
    expect(links).toEqual(["listing.html", "word-count.html"]);
    expect(index).toContain("seed 5");
    expect(index.match(/<p lang="zh"><strong>[^<]*\p{Script=Han}/gu)).toHaveLength(2);
    const page = readFileSync(join(folder, "class", "listing.html"), "utf8");
    expect(page).toContain("<title>listing, seed 5");
  });

  test("refuses a scenario that is not there, and writes nothing", async () => {
    const outcome = await cleancut(folder, "gallery", "word-cuont", "--out", "other");
    expect(outcome).toMatchObject({ exitCode: 2, output: "" });
    expect(outcome.errors).toBe(
      'Cannot make a page of "word-cuont": no such scenario, the nearest is "word-count"\n',
    );
    expect(existsSync(join(folder, "other"))).toBe(false);
  });
});

describe("lab", () => {
  test("serves the page to this machine, to no other name and at no other path, and Ctrl-C ends it", async () => {
    const { url, stop } = await served(folder, "lab", "--port", "0");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await answerOf(url);
    expect(page.status).toBe(200);
    expect(page.type).toBe("text/html; charset=utf-8");
    expect(page.text).toMatch(/^<!doctype html>[\s\S]*id="cleancut-engine"/);
    expect(await answerOf(url, "evil.example")).toMatchObject({ status: 403 });
    expect((await answerOf(url, "localhost:80")).status).toBe(200);
    expect(await answerOf(`${url}etc/passwd`)).toMatchObject({ status: 404 });
    for (const address of outsideAddresses()) {
      expect(await isReachable(address, Number(new URL(url).port))).toBe(false);
    }
    expect(await stop()).toMatchObject({ exitCode: 0, errors: "" });
  });

  test("a port that is in use is refused in one sentence", async () => {
    const first = await served(folder, "lab", "--port", "0");
    const { port } = new URL(first.url);
    const second = await cleancut(folder, "lab", "--port", port);
    expect(second).toMatchObject({ exitCode: 2, output: "" });
    expect(second.errors).toBe(
      `Cannot serve the lab on port ${port}: it is in use, --port takes another\n`,
    );
    expect(await first.stop()).toMatchObject({ exitCode: 0 });
  });

  test("--out writes the page instead", async () => {
    const outcome = await cleancut(folder, "lab", "--out", "lab.html");
    expect(outcome).toMatchObject({ exitCode: 0, errors: "" });
    expect(readFileSync(join(folder, "lab.html"), "utf8")).toContain('id="cleancut-engine"');
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

/** What a server answers; `host` is what the one who asks calls it. */
async function answerOf(url: string, host?: string): Promise<Answer> {
  const headers = host === undefined ? {} : { host };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers, agent: false }, resolve).on("error", reject).end();
  });
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  return { status: answer.statusCode, type: answer.headers["content-type"], text };
}

/** This machine's addresses that others can see. */
function outsideAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map((one) => one.address);
}

function isReachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const settle = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on("connect", settle(true)).on("error", settle(false)).on("timeout", settle(false));
  });
}
