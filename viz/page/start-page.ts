// Puts the page together and starts it: controller, parts, keys, the address, and the loop that draws.

import "./page.css";
import "./header.css";
import "./stage.css";
import "./time-bar.css";
import "./dialog.css";
import "./present.css";
import "./low.css";
import "./files-stop.css";
import "./job-stop.css";
import "./narrow.css";

import { PALETTES } from "../drawing/palette.ts";
import { eventListView } from "../views/event-list/event-list.ts";
import { inspectorView } from "../views/inspector/inspector.ts";
import { type LessonHost, lessonPanelView } from "../views/lesson/lesson-panel.ts";
import { scrubberView } from "../views/scrubber/scrubber.ts";
import { spaceTimeView } from "../views/space-time/space-time.ts";
import { topologyView } from "../views/topology/topology.ts";
import { KEYBOARD_WORDS } from "../words/keyboard-words.ts";
import { PAGE_WORDS } from "../words/page-words.ts";
import { AddressBar } from "./address-bar.ts";
import { setText } from "./caption.ts";
import { type PageParts, perform } from "./commands.ts";
import { parseHash } from "./deep-link.ts";
import { element } from "./element.ts";
import type { ExportItem } from "./export-item.ts";
import { Frames } from "./frame.ts";
import { drawn, FrameLoop } from "./frame-loop.ts";
import { pageHeader } from "./header.ts";
import { helpDialog } from "./help-dialog.ts";
import { icon } from "./icons.ts";
import { IdleWork } from "./idle-work.ts";
import { listenToKeys } from "./key-listener.ts";
import type { Command } from "./keyboard.ts";
import { branchNameDialog, shareDialog, whyDialog } from "./moment-dialogs.ts";
import { noteDialog } from "./note-dialog.ts";
import type { PageContext } from "./page-context.ts";
import { PageController } from "./page-controller.ts";
import type { PageData } from "./page-data.ts";
import { openLink, stateOfLink } from "./page-link.ts";
import { FIRST_STATE, type PageState, PageStore } from "./page-state.ts";
import { stage } from "./stage.ts";
import { timeBar } from "./time-bar.ts";
import { WordBinder } from "./word-binder.ts";

/** What the page is started with. */
export interface PageOptions {
  /** The element that the page fills. */
  readonly root: HTMLElement;
  readonly data: PageData;
  /** What the export menu offers. */
  readonly exports?: readonly ExportItem[];
}

/** Starts the page. It shows what its address asks for, or its own run at the beginning; nothing plays by itself. */
export function startPage({ root, data, exports = [] }: PageOptions): void {
  const link = parseHash(location.hash);
  const store = new PageStore({ ...FIRST_STATE, ...readersWishes(), ...stateOfLink(link) });
  const page = new PageController(data, store);
  const { language } = store.state;
  const context: PageContext = {
    page,
    frames: new Frames(page),
    words: new WordBinder(PAGE_WORDS, language),
    keyboardWords: new WordBinder(KEYBOARD_WORDS, language),
    perform: (command: Command) => perform(command, page, parts),
  };
  const address = new AddressBar(page);
  const header = pageHeader(context, exports);
  const panes = stage(context, {
    topology: {
      left: topologyView(page.actions("left")),
      right: topologyView(page.actions("right")),
    },
    spaceTime: spaceTimeView(page.actions("current")),
    inspector: inspectorView(page.actions("current")),
    events: eventListView(page.actions("current")),
    lesson: lessonPanelView(lessonHost(page)),
  });
  const time = timeBar(context, {
    left: scrubberView(page.actions("left")),
    right: scrubberView(page.actions("right")),
  });
  const dialogs = {
    why: whyDialog(context),
    branchName: branchNameDialog(context),
    note: noteDialog(context),
    share: shareDialog(context, () => address.caseText),
    help: helpDialog(context),
  };
  const parts: PageParts = {
    openWhy: () => dialogs.why.open(),
    openBranchName: () => dialogs.branchName.open(),
    openNote: () => dialogs.note.open(),
    openShare: () => dialogs.share.open(),
    openExport: () => header.exportMenu.open(),
    openHelp: () => dialogs.help.open(),
    focusSearch: () => header.search.focus(),
    focusInspector: () => panes.focus("inspector"),
  };
  const notice = noticeBar(context);
  root.classList.add("page");
  root.replaceChildren(
    skipLink(context),
    header.element,
    notice.element,
    panes.tabs,
    panes.element,
    time.element,
    ...Object.values(dialogs).map((dialog) => dialog.element),
  );

  const loop = new FrameLoop(() => {
    const { state } = store;
    applyLooks(root, state);
    context.words.speak(state.language);
    context.keyboardWords.speak(state.language);
    for (const part of [header, notice, time, panes]) drawn(() => part.show());
  });
  page.listen(() => loop.request());
  const preparing = new IdleWork(() => prepareShown(page));
  page.shelf.listen(() => preparing.start());
  page.onBringUp((pane) => panes.bringUp(pane));
  new ResizeObserver(() => loop.request()).observe(root);
  listenToKeys(context);
  applyLooks(root, store.state);
  loop.request();
  address.follow(link, (asked) => openLink(page, asked));
}

/** What the browser says its reader would like. */
function readersWishes(): Partial<PageState> {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const isChinese = navigator.language.toLowerCase().startsWith("zh");
  return { theme: isDark ? "dark" : "light", language: isChinese ? "zh" : "en" };
}

/** The style sheet does the rest. What is written again, though the same, would have the whole page styled anew. */
function applyLooks(root: HTMLElement, { theme, mode, language }: PageState): void {
  const page = document.documentElement;
  const lang = language === "zh" ? "zh-CN" : "en";
  if (page.lang !== lang) page.lang = lang;
  if (root.dataset["mode"] !== mode) root.dataset["mode"] = mode;
  if (root.dataset["theme"] === theme) return;
  page.dataset["theme"] = theme;
  root.dataset["theme"] = theme;
  for (const [ink, colour] of Object.entries(PALETTES[theme])) {
    page.style.setProperty(`--${ink}`, colour);
  }
}

/** Has the shown runs get ready for jumps, one after the other; false once both are. */
function prepareShown({ shelf }: PageController): boolean {
  return shelf.left?.model.prepare() === true || shelf.right?.model.prepare() === true;
}

function lessonHost(page: PageController): LessonHost {
  return {
    lessons: page.data.lessons,
    get session() {
      return page.session;
    },
    start: (lesson) => void page.startLesson(lesson),
    leave: () => page.leaveLesson(),
    step: (by) => page.stepToStop(by),
    watch: () => page.play(true),
  };
}

function skipLink({ words }: PageContext): HTMLElement {
  const link = element("a", { href: "#run", class: "skip" });
  words.bind((spoken) => setText(link, spoken.skip));
  link.addEventListener("click", (event) => {
    // The address is taken: it says which moment is shown.
    event.preventDefault();
    document.getElementById("run")?.focus();
  });
  return link;
}

function noticeBar({ page, words }: PageContext): { readonly element: HTMLElement; show(): void } {
  const text = element("span");
  const close = element("button", { type: "button", class: "quiet icon-button" }, icon("close"));
  words.bind((spoken) => close.setAttribute("aria-label", spoken.dismiss));
  close.addEventListener("click", () => page.say(undefined));
  const bar = element("div", { class: "notice", role: "status" }, text, close);
  return {
    element: bar,
    show() {
      const { isBusy, notice } = page;
      bar.hidden = !isBusy && notice === undefined;
      close.hidden = isBusy;
      setText(text, isBusy ? words.words.running : (notice?.(words.words) ?? ""));
    },
  };
}
