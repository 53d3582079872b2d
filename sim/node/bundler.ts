// Builds bundles with esbuild: one plain JavaScript module out of an entry and everything it imports, with edits of
// the sources applied on the way (the zoo's mechanism). Bundles are named by their contents and kept under
// node_modules/.cache/cleancut; a manifest of the inputs' hashes says whether a kept one still fits.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildOptions, Message, Plugin } from "esbuild";
import { applyEdit, type SourceEdit, SourceEditError } from "../zoo/source-edit.ts";
import { RequestError } from "./request-error.ts";
import { writeWhole } from "./whole-file.ts";

/** Where this checkout lies. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a bundle is made of. */
export interface BundleRequest {
  /** The entry's source text; its imports start from the root of the checkout. */
  readonly entry: string;
  /** Whether it may import Node's own modules, or must run in a browser too. */
  readonly platform: "node" | "neutral";
  readonly edits?: readonly SourceEdit[];
}

/**
 * The path of the finished bundle. Throws a {@link SourceEditError} for an edit that does not match exactly once, and
 * a {@link RequestError} for a source that cannot be built.
 */
export async function bundle(request: BundleRequest): Promise<string> {
  const manifestPath = join(CACHE, `${digestOf([RECIPE, JSON.stringify(request)])}.json`);
  const kept = keptBundle(manifestPath);
  if (kept !== undefined) return kept;
  const startedAt = Date.now();
  const { text, inputs } = await build(request);
  const path = join(CACHE, `${digestOf([text])}.mjs`);
  if (!existsSync(path)) writeWhole(path, text);
  // A source that was changed while it was read may be in the bundle as it was before.
  if (inputs.some((input) => statSync(input).mtimeMs >= startedAt)) return path;
  const manifest: Manifest = {
    bundle: path,
    inputs: inputs.map((input) => ({ path: input, digest: digestOf([readFileSync(input)]) })),
  };
  writeWhole(manifestPath, JSON.stringify(manifest));
  return path;
}

/** What a kept bundle was made from. */
interface Manifest {
  readonly bundle: string;
  readonly inputs: readonly { readonly path: string; readonly digest: string }[];
}

const CACHE = join(ROOT, "node_modules", ".cache", "cleancut");

/** How every bundle is built. No names are kept: that would make each closure of a hot path many times dearer. */
const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  target: "es2022",
  keepNames: false,
  legalComments: "none",
  charset: "utf8",
  logLevel: "silent",
  mainFields: ["module", "main"],
  conditions: ["import", "module"],
  // No tsconfig.json is read: a job's file may lie next to anyone's.
  tsconfigRaw: "{}",
  alias: {
    cleancut: join(ROOT, "sim", "index.ts"),
    "cleancut/testing": join(ROOT, "sim", "testing.ts"),
  },
} as const satisfies BuildOptions;

/** Changes whenever the same inputs would give another bundle. */
const RECIPE = JSON.stringify([OPTIONS, process.version, packageVersion("esbuild")]);

function keptBundle(manifestPath: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest;
    const fits = manifest.inputs.every(
      ({ path, digest }) => digestOf([readFileSync(path)]) === digest,
    );
    return fits && existsSync(manifest.bundle) ? manifest.bundle : undefined;
  } catch {
    return undefined;
  }
}

async function build({ entry, platform, edits = [] }: BundleRequest): Promise<{
  readonly text: string;
  readonly inputs: readonly string[];
}> {
  const { build: esbuild } = await import("esbuild");
  const editor = new SourceEditor(edits);
  try {
    const { outputFiles, metafile } = await esbuild({
      ...OPTIONS,
      stdin: { contents: entry, resolveDir: ROOT, sourcefile: "entry.ts", loader: "ts" },
      absWorkingDir: ROOT,
      platform,
      plugins: [editor.plugin],
    });
    editor.requireAllApplied();
    const inputs = Object.keys(metafile.inputs).filter((input) => input !== "entry.ts");
    return { text: outputFiles[0]?.text ?? "", inputs: inputs.map((input) => join(ROOT, input)) };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw editor.refusal ?? new RequestError(`Cannot build: ${failureText(error.errors)}`);
  }
}

/** Applies edits while the sources are loaded. */
class SourceEditor {
  /** The edit that did not fit, if one did not. */
  refusal: SourceEditError | undefined = undefined;
  readonly #edits = new Map<string, SourceEdit[]>();

  constructor(edits: readonly SourceEdit[]) {
    for (const edit of edits) {
      const path = join(ROOT, edit.file);
      this.#edits.set(path, [...(this.#edits.get(path) ?? []), edit]);
    }
  }

  readonly plugin: Plugin = {
    name: "edits",
    setup: ({ onLoad }) => {
      if (this.#edits.size === 0) return;
      // Only what is edited comes through here: esbuild reads all else by itself, in parallel.
      onLoad({ filter: oneOf([...this.#edits.keys()]) }, ({ path }) => {
        const edits = this.#edits.get(path);
        if (edits === undefined) return undefined;
        this.#edits.delete(path);
        try {
          const contents = edits.reduce(applyEdit, readFileSync(path, "utf8"));
          return { contents, loader: "ts" };
        } catch (error) {
          if (error instanceof SourceEditError) this.refusal = error;
          throw error;
        }
      });
    },
  };

  /** Throws a {@link SourceEditError} if an edit's file was never loaded. */
  requireAllApplied(): void {
    for (const [path] of this.#edits) {
      throw new SourceEditError(
        `Cannot edit ${relative(ROOT, path)}: the bundle has no such source`,
      );
    }
  }
}

/** Matches these paths whole, and nothing else. */
function oneOf(paths: readonly string[]): RegExp {
  const literal = (path: string): string => path.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^(?:${paths.map(literal).join("|")})$`);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error;
}

function failureText(errors: readonly Message[]): string {
  const first = errors[0];
  if (first === undefined) return "esbuild failed";
  const { location, text } = first;
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function packageVersion(name: string): string {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 32);
}
