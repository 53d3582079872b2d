// How wide a text is drawn, without asking a browser, so that layouts are pure. Widths of a common sans-serif, a
// little too wide rather than too narrow: what is laid out by them does not overlap.

/** What all text of drawings is set in. */
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Noto Sans CJK SC", sans-serif';

/** The width of `text` at font size `size`, in pixels. */
export function textWidth(text: string, size: number): number {
  let widths = 0;
  for (const character of text) widths += widthOf(character);
  return widths * size;
}

/** The text, or as much of its beginning as fits into `width` with an ellipsis. */
export function fittedText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, size) > width) {
    characters.pop();
  }
  return characters.length === 0 ? "" : `${characters.join("")}…`;
}

/** In parts of the font size. */
function widthOf(character: string): number {
  if (/[\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/.test(character)) return 1;
  if (/[ijlI.,:;|!'()[\]/ ·]/.test(character)) return 0.34;
  if (/[ftr"-]/.test(character)) return 0.42;
  if (/[mwMW%@…]/.test(character)) return 0.92;
  if (/[A-Z]/.test(character)) return 0.7;
  return 0.58;
}
