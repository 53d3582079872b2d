// The rows of the event list that are on the screen: a listbox's options, kept by the event they show.

import { type Selection, select } from "d3";
import { timeText } from "../../../sim/trace/duration-text.ts";
import { checkpointInk } from "../../drawing/mark.ts";
import { icon } from "../../page/icons.ts";
import { type EventNotes, notesOf } from "../../page/run-notes.ts";
import { EVENT_LIST_WORDS, type EventListWords } from "../../words/event-list-words.ts";
import type { Frame } from "../view.ts";
import { ROW_HEIGHT } from "./event-window.ts";

/** A row: an event, and its position among those listed. */
export interface EventRow {
  readonly index: number;
  readonly position: number;
}

/** Puts rows into a list, in place of those that were there. */
export function showRows(
  list: HTMLElement,
  rows: readonly EventRow[],
  {
    frame,
    count,
    isHit,
  }: {
    readonly frame: Frame;
    readonly count: number;
    readonly isHit: (index: number) => boolean;
  },
): void {
  const { model, state } = frame;
  const notes = notesOf(state.notes, model.digest);
  const present = select(list).selectAll<HTMLElement, EventRow>(".event-row");
  const shown = new Set(present.data().map(({ index }) => index));
  const isJump = !rows.some(({ index }) => shown.has(index));
  const joined = present
    // After a jump every row is another: those that are there are written anew.
    .data(rows, isJump ? undefined : ({ index }) => index)
    .join((entering) => {
      const row = entering.append("div").attr("class", "event-row").attr("role", "option");
      for (const part of ["index", "time", "place", "sentence"])
        row.append("span").attr("class", `event-${part}`);
      return row;
    });
  joined
    .attr("id", ({ index }) => rowId(index))
    .attr("data-event", ({ index }) => index)
    .attr("aria-setsize", count)
    .attr("aria-posinset", ({ position }) => position + 1)
    .attr("aria-selected", ({ index }) => String(index === state.cursor))
    .classed("event-hit", ({ index }) => isHit(index))
    .classed("event-ahead", ({ index }) => index > state.cursor)
    .classed("event-hovered", ({ index }) => {
      return state.hovered?.kind === "event" && state.hovered.index === index;
    })
    .style("top", ({ position }) => `${position * ROW_HEIGHT}px`)
    .style("--hue", ({ index }) => {
      const checkpoint = model.checkpointOf[index] ?? 0;
      return checkpoint === 0 ? null : `var(--${checkpointInk(checkpoint)})`;
    });
  joined.select(".event-index").text(({ index }) => index);
  joined.select(".event-time").text(({ index }) => timeText(model.times[index] ?? 0));
  joined.select(".event-place").text(({ index }) => model.event(index).place);
  joined
    .select(".event-sentence")
    .text(({ index }) => model.sentence(index, state.language))
    .attr("title", ({ index }) => model.sentence(index, state.language));
  showNotes(joined, notes, EVENT_LIST_WORDS[state.language]);
}

/** Signs the rows that have a note; few have one. */
function showNotes(
  rows: Selection<HTMLElement, EventRow, HTMLElement, unknown>,
  notes: EventNotes,
  words: EventListWords,
): void {
  rows
    .selectAll<HTMLElement, string>(".event-note")
    .data(({ index }) => {
      const note = notes.get(index);
      return note === undefined ? [] : [note];
    })
    .join((entering) => {
      const sign = entering.append("span").attr("class", "event-note").attr("role", "img");
      sign.append(() => icon("note"));
      return sign;
    })
    .attr("aria-label", (note) => words.noted(note))
    .attr("title", (note) => note);
}

/** The id of an event's row. */
export function rowId(index: number): string {
  return `event-row-${index}`;
}
