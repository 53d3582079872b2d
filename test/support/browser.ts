// A real browser for the tests: `setup` (vitest's globalSetup) finds or unpacks one, `launchBrowser` starts it.
// CLEANCUT_CHROMIUM=/path/to/chromium takes one of the machine's; else the one in @sparticuz/chromium is unpacked
// once into node_modules/.cache. That package unpacks piece by piece and takes what is there as whole, so it unpacks
// into a folder beside the final one, which is renamed when all is there.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import type { TestProject } from "vitest/node";

/** Where the browser is, and what its process needs in its environment to start on a bare machine. */
interface BrowserPlace {
  readonly executable: string;
  readonly environment: { readonly [name: string]: string };
}

declare module "vitest" {
  interface ProvidedContext {
    browserPlace: BrowserPlace | undefined;
  }
}

// Not the package's own list: its --single-process kills the browser with the first page that closes.
const launchArguments = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
];

export async function setup(project: TestProject): Promise<void> {
  project.provide("browserPlace", await findBrowser());
}

/** Starts the browser; the caller closes it. Throws where there is none, saying how to name one. */
export async function launchBrowser(): Promise<Browser> {
  // Imported late: `setup` runs outside the workers, where these two have no place.
  const { inject } = await import("vitest");
  const { chromium } = await import("playwright-core");
  const place = inject("browserPlace");
  if (place === undefined) {
    throw new Error(
      `Cannot launch a browser: none is packaged for ${process.platform} ${process.arch}, ` +
        "set CLEANCUT_CHROMIUM to the path of a Chromium",
    );
  }
  return await chromium.launch({
    executablePath: place.executable,
    args: launchArguments,
    env: { ...process.env, ...place.environment },
  });
}

async function findBrowser(): Promise<BrowserPlace | undefined> {
  const override = process.env["CLEANCUT_CHROMIUM"];
  if (override !== undefined && override !== "") {
    if (!existsSync(override)) {
      throw new Error(`Cannot use CLEANCUT_CHROMIUM: ${override} does not exist`);
    }
    return { executable: override, environment: {} };
  }
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = await unpackOnce();
  return {
    executable: join(folder, "chromium"),
    environment: {
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_PATH: join(folder, "fonts"),
    },
  };
}

async function unpackOnce(): Promise<string> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const require = createRequire(import.meta.url);
  const cache = join(root, "node_modules", ".cache", "chromium");
  const folder = join(cache, packageVersion(require));
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unpacking-"));
  try {
    await unpackInto(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function packageVersion(require: NodeJS.Require): string {
  const entry = require.resolve("@sparticuz/chromium");
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { name, version } = require(manifest) as { name?: string; version?: string };
    if (name === "@sparticuz/chromium" && version !== undefined) return version;
  }
  throw new Error(`Cannot read the version of @sparticuz/chromium: no package.json above ${entry}`);
}

/** The package takes its folder from TMPDIR and brings its own system libraries only where it believes to be in a Lambda. */
async function unpackInto(folder: string): Promise<void> {
  const before = { ...process.env };
  process.env["TMPDIR"] = folder;
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs22.x";
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    await chromium.executablePath();
  } finally {
    for (const name of Object.keys(process.env)) {
      if (before[name] === undefined) delete process.env[name];
    }
    Object.assign(process.env, before);
  }
}
