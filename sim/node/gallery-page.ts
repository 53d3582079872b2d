// The page that lists a gallery's replays: plain HTML, one entry a scenario.

import { scenarioTitle } from "../teaching/scenario-title.ts";
import { escapedHtml } from "./page-file.ts";

/** One replay of a gallery. */
export interface GalleryEntry {
  /** Name of its file, beside the list. */
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The fault plan it ran under, if it was one. */
  readonly plan: string | undefined;
  readonly events: number;
}

/** The list's HTML. */
export function galleryHtml(entries: readonly GalleryEntry[], seed: number): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="icon" href="data:,">',
    "<title>Cleancut: a gallery of runs</title>",
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    "<h1>A gallery of runs</h1>",
    `<p>Every scenario of Cleancut once, with seed ${seed}. Each page is whole in itself: open it and step through.</p>`,
    '<p lang="zh">Cleancut 的每个场景各一次运行。每个页面都是独立的文件：打开即可逐步查看。</p>',
    "<ul>",
    ...entries.map(entryHtml),
    "</ul>",
    "</main>",
    "</body>",
    "</html>",
  ].join("\n");
}

function entryHtml({ file, name, title, description, plan, events }: GalleryEntry): string {
  const how = plan === undefined ? "its own faults" : `fault plan “${plan}”`;
  return [
    "<li>",
    `<h2><a href="${escapedHtml(encodeURI(file))}">${escapedHtml(name)}</a></h2>`,
    `<p><strong>${escapedHtml(title)}</strong></p>`,
    `<p lang="zh"><strong>${escapedHtml(scenarioTitle({ name, title }, "zh"))}</strong></p>`,
    `<p>${escapedHtml(description)}</p>`,
    `<p class="facts">${escapedHtml(how)}, ${events.toLocaleString("en")} events</p>`,
    "</li>",
  ].join("\n");
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#ffffff, #0f1419); color: light-dark(#1b1f24, #e6eaee); }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
li { padding: 1rem; border: 1px solid light-dark(#e3e7eb, #26303a); border-radius: 6px; }
h2 { margin: 0; font-size: 1.15rem; }
p { margin: 0.4rem 0 0; }
a { color: inherit; text-underline-offset: 0.2em; }
.facts { color: light-dark(#5b6470, #8b95a1); font-size: 0.9rem; }
`;
