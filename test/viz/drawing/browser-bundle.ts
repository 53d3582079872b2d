// Runs code of the page's parts in a browser: bundled from its sources, on an empty page.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * An empty page on which `names` of the files are global, by file (a path from the project's root) in the order of
 * their writing.
 */
export async function pageWith(
  browser: Browser,
  names: { readonly [file: string]: readonly string[] },
): Promise<Page> {
  const all = Object.values(names).flat().join(", ");
  const contents = [
    ...Object.entries(names).map(
      ([file, some]) => `import { ${some.join(", ")} } from "./${file}";`,
    ),
    `Object.assign(window, { ${all} });`,
  ].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    outdir: "out",
    logLevel: "silent",
  });
  const script = outputFiles.find(({ path }) => path.endsWith(".js"));
  if (script === undefined) throw new Error("Cannot bundle for the browser: no script came out");
  const page = await browser.newPage();
  await page.addScriptTag({ content: script.text });
  return page;
}
