// Whether everyone can use the page: axe's findings in every form of it, the size of what is clicked, names, a visible
// focus, no movement for those who want none, Chinese letters, and a live region that speaks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { expectCursor } from "./support/reading.ts";
import { CRASHED_WORD_COUNT, TestPages } from "./support/test-pages.ts";

const require = createRequire(import.meta.url);

/** Forms of the page, by how they are reached. */
const FORMS: readonly {
  readonly name: string;
  readonly hash: string;
  /** The scenario whose run it shows, if not word-count. */
  readonly of?: "incremental-walk";
  readonly options?: BrowserContextOptions;
  readonly reach?: (page: Page) => Promise<unknown>;
}[] = [
  { name: "explore", hash: "#e=405&sel=subtask:count-1&v=x1" },
  { name: "dark", hash: "#e=860&sel=channel:count-1->sink-1/1&v=k" },
  { name: "Chinese", hash: "#e=405&sel=checkpoint:1&lang=zh" },
  { name: "files of checkpoints", hash: "#e=633&sel=checkpoint:3", of: "incremental-walk" },
  { name: "files, dark", hash: "#e=633&sel=checkpoint:3&v=k", of: "incremental-walk" },
  { name: "present", hash: "#e=405&v=p" },
  { name: "narrow", hash: "#e=405", options: { viewport: { width: 390, height: 844 } } },
  {
    name: "lesson, asking",
    hash: "#s=L3&e=stop:2&v=l",
    reach: (page) => page.locator("button.lock").waitFor(),
  },
  {
    name: "lesson, revealed, dark",
    hash: "#s=L3&e=stop:2&v=lk",
    reach: async (page) => {
      await page.locator("button.lock").waitFor();
      for (const key of ["3", "Enter", "Enter"]) await page.keyboard.press(key);
      await page.locator(".is-revealed").waitFor();
    },
  },
  {
    name: "a branch beside its original",
    hash: "#e=420&sel=subtask:count-1",
    reach: async (page) => {
      await page.keyboard.press("c");
      await page.locator(".half-right").waitFor();
    },
  },
  {
    name: "help",
    hash: "",
    reach: async (page) => {
      await page.keyboard.press("?");
      await page.locator("dialog.help").waitFor();
    },
  },
  {
    name: "a note, being changed",
    hash: "#e=405&n=405:look%20here",
    reach: async (page) => {
      await page.locator(".event-note").waitFor();
      await page.keyboard.press("m");
      await page.locator("dialog.note").waitFor();
    },
  },
  { name: "notes, dark", hash: "#e=405&v=k&n=405:look%20here,406:and%20here" },
  {
    name: "run menu",
    hash: "",
    reach: async (page) => {
      await page.locator(".run-button").click();
      await page.locator(".run-form").waitFor();
    },
  },
];

let address = "";
let walkAddress = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(CRASHED_WORD_COUNT);
  walkAddress = await pages.replay({ scenario: "incremental-walk", seed: 1 });
});

describe.each(FORMS)("$name", ({ hash, of, options = {}, reach }) => {
  test("axe finds nothing serious, and what is clicked has a name and room for a finger", async () => {
    const { page, close } = await pages.open((of === undefined ? address : walkAddress) + hash, {
      reducedMotion: "reduce",
      ...options,
    });
    await reach?.(page);
    expect(await seriousFindings(page)).toEqual([]);
    const controls = await controlsOn(page);
    expect(controls.length).toBeGreaterThan(2);
    expect(controls.filter(({ name }) => name.trim() === "")).toEqual([]);
    expect(tooCrowded(controls)).toEqual([]);
    await close();
  });
});

test("the focus goes everywhere by Tab, and is seen wherever it is", async () => {
  const { page, close } = await pages.open(`${address}#e=405&sel=subtask:count-1`);
  const seen = new Map<string, boolean>();
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press("Tab");
    const { name, isVisible } = await focusOn(page);
    if (name === "" || seen.has(name)) break;
    seen.set(name, isVisible);
  }
  const reached = [...seen.keys()].join("\n");
  for (const wanted of [
    "Skip to the run",
    "Explore",
    "Search events",
    "Export",
    "Position in the run",
    "Crash here",
  ]) {
    expect(reached).toContain(wanted);
  }
  expect([...seen].filter(([, isVisible]) => !isVisible)).toEqual([]);
  await close();
});

test("nothing moves for those who want no movement, and marks glide for the others", async () => {
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    const { page, close } = await pages.open(`${address}#e=360`, { reducedMotion });
    await page.evaluate(countGlides);
    for (let cursor = 360; cursor < 370; cursor++) {
      await page.keyboard.press("Shift+ArrowRight");
      await expectCursor(page, cursor + 1);
    }
    await page.keyboard.press("t");
    await expect.poll(() => page.getAttribute("#root", "data-theme")).toBe("dark");
    const { glides, animations } = await page.evaluate(() => {
      const counted = (window as unknown as { readonly glides: { readonly count: number } }).glides;
      return { glides: counted.count, animations: document.getAnimations().length };
    });
    expect(animations).toBe(0);
    if (reducedMotion === "reduce") expect(glides).toBe(0);
    else expect(glides).toBeGreaterThan(0);
    await close();
  }
});

test("the live region is polite, waits until the cursor rests, and says no sentence that was passed by", async () => {
  const { page, close } = await pages.open(`${address}#e=404`);
  const live = page.locator("[role=status][aria-live=polite].spoken");
  await expect.poll(() => live.textContent()).toContain("event 404 of 1648");
  await page.evaluate(async () => {
    const region = document.querySelector(".spoken");
    const said: string[] = [];
    Object.assign(window, { said });
    if (region === null) throw new Error("Found no live region");
    new MutationObserver(() => said.push(region.textContent ?? "")).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    for (let step = 0; step < 5; step++) {
      const key = { key: "ArrowRight", shiftKey: true, bubbles: true };
      document.body.dispatchEvent(new KeyboardEvent("keydown", key));
      await new Promise(requestAnimationFrame);
    }
  });
  await expectCursor(page, 409);
  await expect.poll(() => live.textContent()).toContain("event 409 of 1648");
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.length).toBeLessThan(5);
  await close();
});

/** A thing to click. */
interface Control {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

async function controlsOn(page: Page): Promise<readonly Control[]> {
  return await page.evaluate(() => {
    const dialog = document.querySelector("dialog[open], [popover]:popover-open");
    const scope = dialog ?? document.body;
    const found = scope.querySelectorAll<HTMLElement>(
      "button, select, input, textarea, summary, [role=slider], a[href]",
    );
    return [...found].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true })) return [];
      // A radio button or a box is clicked by its label.
      const target = element.closest("label") ?? element;
      const { left, top, width, height } = target.getBoundingClientRect();
      if (element.matches(".skip:not(:focus)")) return [];
      const name =
        element.getAttribute("aria-label") ??
        element.closest("label")?.textContent ??
        document.querySelector(`label[for="${element.id}"]`)?.textContent ??
        element.textContent;
      return [{ name: name ?? "", left, top, width, height }];
    });
  });
}

/** WCAG 2.5.8: what is smaller than 24 by 24 pixels needs that room around its middle for itself. */
function tooCrowded(controls: readonly Control[]): readonly string[] {
  const isSmall = ({ width, height }: Control): boolean => width < 23.9 || height < 23.9;
  return controls.filter(isSmall).flatMap((control) => {
    const x = control.left + control.width / 2;
    const y = control.top + control.height / 2;
    const near = controls.filter((other) => other !== control && distance(other, x, y) < 12);
    const size = `${Math.round(control.width)} by ${Math.round(control.height)}`;
    return near.map((other) => `${control.name.trim()} (${size}) beside ${other.name.trim()}`);
  });
}

/** How far a point is from a control; 0 inside. */
function distance({ left, top, width, height }: Control, x: number, y: number): number {
  const across = Math.max(left - x, 0, x - left - width);
  const down = Math.max(top - y, 0, y - top - height);
  return Math.hypot(across, down);
}

/** What has the focus, and whether that can be seen. */
async function focusOn(
  page: Page,
): Promise<{ readonly name: string; readonly isVisible: boolean }> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) {
      return { name: "", isVisible: true };
    }
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const hasOutline = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
    const { left, top } = element.getBoundingClientRect();
    const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
    return {
      name: `${element.localName} ${label} at ${Math.round(left)},${Math.round(top)}`,
      isVisible: hasOutline || boxShadow !== "none",
    };
  });
}

/** Counts, in the page, the marks found on their way to another place; d3 keeps that with the element. */
function countGlides(): void {
  const glides = { count: 0 };
  Object.assign(window, { glides });
  new MutationObserver((records) => {
    glides.count += records.filter(({ target }) => "__transition" in target).length;
  }).observe(document.body, { subtree: true, attributes: true });
}

async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: typeof import("axe-core") };
    const { violations, passes } = await axe.run(document);
    if (passes.length < 10) throw new Error(`Cannot judge the page: ${passes.length} rules passed`);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}
