// A page as one self-contained HTML file that opens from disk and asks for nothing: program, looks, engine, and what
// it shows, all inside.

import { gzipSync } from "node:zlib";

/** The page's program and looks. */
export interface PageProgram {
  /** A classic script: a page opened from disk runs no modules. */
  readonly script: string;
  readonly style: string;
}

/** What a page carries; see viz/embedded.ts. */
export interface PageContents {
  readonly title: string;
  /** The program of the engine's worker; undefined for a page that runs none. */
  readonly engine: string | undefined;
  /** Texts by name, besides the engine. */
  readonly texts: ReadonlyMap<"trace" | "verdicts" | "comparison", string>;
}

/** The page's HTML. */
export function pageHtml(program: PageProgram, { title, engine, texts }: PageContents): string {
  const programs = engine === undefined ? [] : [["engine", engine] as const];
  const carried = [...programs, ...texts].map(
    ([name, text]) =>
      `<script type="application/octet-stream" id="cleancut-${name}">${packed(text)}</script>`,
  );
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<link rel="icon" href="data:,">',
    `<title>${escapedHtml(title)}</title>`,
    `<style>${program.style.replaceAll("</style", "<\\/style")}</style>`,
    "</head>",
    "<body>",
    '<div id="root"></div>',
    ...carried,
    `<script>${scriptText(program.script)}</script>`,
    "</body>",
    "</html>",
  ].join("\n");
}

/** Nothing from anywhere else: the page works without a network and tells nobody what it shows. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
].join("; ");

/** As viz/embedded.ts unpacks it. */
function packed(text: string): string {
  return gzipSync(text, { level: 9 }).toString("base64");
}

/** A text as the content of an element or of a quoted attribute. */
export function escapedHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A script that cannot end its element: what would end it, or begin a comment, can only be inside its texts. */
function scriptText(script: string): string {
  return script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}
