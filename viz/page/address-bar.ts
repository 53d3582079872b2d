// The page's address follows what is shown, and what is shown follows an address that someone enters.

import { caseText } from "./case-text.ts";
import { type DeepLink, hashOf, parseHash } from "./deep-link.ts";
import type { PageController } from "./page-controller.ts";
import { linkedCase, linkOf } from "./page-link.ts";

/** How long the page has to rest before its address changes, in milliseconds: browsers limit how often it may. */
const REST = 250;

/** Keeps address and page together. */
export class AddressBar {
  readonly #page: PageController;
  #case: unknown = undefined;
  #caseText: string | undefined = undefined;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** While a link is being opened, the address stays what was asked for. */
  #isOpening = false;
  /** The link that was asked for meanwhile, the last one if there were several. */
  #asked: DeepLink | undefined = undefined;

  constructor(page: PageController) {
    this.#page = page;
  }

  /** The case as links carry it; undefined until it is written, a moment after a run is shown. */
  get caseText(): string | undefined {
    return this.#caseText;
  }

  /** Opens `link` now and every address entered from now on; keeps the address up to date otherwise. */
  follow(link: DeepLink, open: (link: DeepLink) => Promise<void>): void {
    this.#page.listen(() => this.#later());
    // Not the address as it is now: the page may have written its own since.
    addEventListener("hashchange", ({ newURL }) => {
      void this.#open(parseHash(new URL(newURL).hash), open);
    });
    void this.#open(link, open);
  }

  /** One link is opened after the other, for each may have a run made. */
  async #open(link: DeepLink, open: (link: DeepLink) => Promise<void>): Promise<void> {
    this.#asked = link;
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      while (this.#asked !== undefined) {
        const next = this.#asked;
        this.#asked = undefined;
        // One that cannot be opened holds up none that comes after it.
        await open(next).catch(reportError);
      }
    } finally {
      this.#isOpening = false;
      this.#later();
    }
  }

  #later(): void {
    void this.#writeCase();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#update(), REST);
  }

  async #writeCase(): Promise<void> {
    const linked = linkedCase(this.#page);
    if (linked === undefined || linked === this.#case) return;
    this.#case = linked;
    this.#caseText = undefined;
    const text = await caseText(linked);
    // Another run may have been shown meanwhile.
    if (this.#case !== linked) return;
    this.#caseText = text;
    this.#later();
  }

  #update(): void {
    if (this.#isOpening || this.#page.model === undefined) return;
    const hash = hashOf(linkOf(this.#page, this.#caseText));
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }
}
