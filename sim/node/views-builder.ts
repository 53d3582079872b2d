// Builds the page's views with vite, in a checkout only: what is installed carries them built, and has no vite.

import { build } from "vite";
import { ROOT } from "./bundler.ts";
import type { PageProgram } from "./page-file.ts";

/** The views that `entry` starts, as one classic script and one style sheet. */
export async function buildViews(entry: string): Promise<PageProgram> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: "silent",
    publicDir: false,
    build: {
      write: false,
      target: "es2022",
      minify: true,
      cssCodeSplit: false,
      lib: { entry, formats: ["iife"], name: "cleancut", cssFileName: "page" },
    },
  });
  const outputs = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  const scripts = outputs.flatMap((output) => (output.type === "chunk" ? [output.code] : []));
  const styles = outputs.flatMap((output) =>
    output.type === "asset" && output.fileName.endsWith(".css") ? [String(output.source)] : [],
  );
  return { script: scripts.join("\n"), style: styles.join("\n") };
}
