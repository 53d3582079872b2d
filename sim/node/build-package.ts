// Builds the JavaScript of the two doors for the package, in one go, so that what both export is the same thing, and
// the page's program. `npm run build` adds the doors' types; npm runs it before it packs. The command line ships as
// sources instead.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./bundler.ts";
import { carryPage } from "./page-builder.ts";

const dist = join(ROOT, "dist");
rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [join(ROOT, "sim", "index.ts"), join(ROOT, "sim", "testing.ts")],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // What package.json declares is installed with the package.
  packages: "external",
  charset: "utf8",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
});
await carryPage();
