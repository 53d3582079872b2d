// The dialog for a note: what happens in the cursor's event, and a line to write about it.

import { Dialog } from "./dialog.ts";
import { element } from "./element.ts";
import type { PageDialog } from "./moment-dialogs.ts";
import type { PageContext } from "./page-context.ts";
import { notesOf, withNote } from "./run-notes.ts";

/** How long a note can be: it travels in a link. */
const LENGTH_MAX = 200;

/** Write, change or take away the note at the cursor's event; before the first there is none to open it for. */
export function noteDialog({ page, words }: PageContext): PageDialog {
  const dialog = new Dialog("note");
  return { element: dialog.element, open };

  function open(): void {
    const { model, store } = page;
    const { cursor: event, language, notes } = store.state;
    if (model === undefined || event < 0) return;
    // Who writes looks at this event.
    page.play(false);
    const { digest } = model;
    const spoken = words.words;
    const present = notesOf(notes, digest).get(event) ?? "";
    const field = element("input", { type: "text", maxlength: LENGTH_MAX, autocomplete: "off" });
    field.value = present;
    const write = (text: string): void => {
      store.change({ notes: withNote(store.state.notes, { digest, event, text }) });
      dialog.close();
    };
    const remove = element("button", { type: "button", class: "quiet" }, spoken.removeNote);
    remove.hidden = present === "";
    remove.addEventListener("click", () => write(""));
    const form = element(
      "form",
      { class: "run-form" },
      element("label", {}, element("span", {}, spoken.note), field),
      element("p", { class: "hint" }, spoken.noteLead),
      element(
        "div",
        { class: "note-buttons" },
        remove,
        element("button", { type: "submit", class: "primary" }, spoken.keepNote),
      ),
    );
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      write(field.value);
    });
    const sentence = element("p", {}, model.sentence(event, language));
    dialog.open(spoken.noteTitle(event), spoken.close, sentence, form);
    field.select();
  }
}
