// The export menu: makes the chosen file and has the browser save it.

import { setText } from "./caption.ts";
import { element } from "./element.ts";
import type { ExportedFile, ExportItem } from "./export-item.ts";
import { type Menu, menu } from "./menu.ts";
import type { PageContext } from "./page-context.ts";

/** The menu with its items. */
export function exportMenu(
  { page, frames, words }: PageContext,
  items: readonly ExportItem[],
): Menu {
  const panel = element("div");
  const made = menu(panel, {
    onOpen: () => panel.replaceChildren(...entries()),
  });
  words.bind((spoken) => {
    setText(made.button, spoken.export);
    panel.setAttribute("aria-label", spoken.export);
  });
  return made;

  function entries(): readonly HTMLElement[] {
    const { language } = page.store.state;
    if (items.length === 0) return [element("p", {}, words.words.noExports)];
    return items.map((item) => {
      const button = element(
        "button",
        { type: "button", class: "menu-item", "data-export": item.id },
        item.title(language),
      );
      button.addEventListener("click", () => void exportNow(item));
      return button;
    });
  }

  async function exportNow(item: ExportItem): Promise<void> {
    made.close();
    const run = page.shelf.current;
    if (run === undefined) return;
    save(await item.make({ run, frame: frames.of(run), session: page.session }));
  }
}

function save({ name, content }: ExportedFile): void {
  const url = URL.createObjectURL(content);
  element("a", { href: url, download: name }).click();
  // The browser takes the content when it gets to the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
