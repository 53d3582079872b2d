// The command line as plain JavaScript, built once before all tests (vitest's globalSetup). The launcher teaches
// Node to read 400 sources of TypeScript, which takes a second each time; tests start the command more than a hundred
// times. The launcher itself is tried by the packed package and by the figures of docs/state-backends.md.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    commandLine: string;
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Below the packages that the bundle imports. */
const CACHE = join(ROOT, "node_modules", ".cache");

/** Builds it into a folder of its own, since several runs may be under way; gives what removes that again. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, "cleancut-command-line-"));
  await build({
    entryPoints: [join(ROOT, "sim", "cli", "main.ts")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What the sources import late is loaded late here too: vite alone takes a tenth of a second.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    charset: "utf8",
    logLevel: "warning",
    // Where the sources look for the checkout and its packages: from where they lie, not from where the bundle does.
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(join(ROOT, "sim", "cli", "main.ts")).href),
    },
  });
  project.provide("commandLine", join(folder, "main.mjs"));
  return () => rm(folder, { recursive: true, force: true });
}
