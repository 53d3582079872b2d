// Breaks a text into lines. Words stay whole where they fit; Chinese may break anywhere but before a closing mark.

import { textWidth } from "../drawing/text-width.ts";

/** The lines of a text at font size `size`, none wider than `width` unless one character is. */
export function wrappedText(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(text, size, width)) {
    if (line !== "" && textWidth(`${line}${piece.trimEnd()}`, size) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += line === "" ? piece.trimStart() : piece;
  }
  return [...lines, line.trimEnd()];
}

/** What is not broken: words with their space, Chinese characters with the marks behind them, parts of long words. */
function piecesOf(text: string, size: number, width: number): readonly string[] {
  const pieces =
    text.match(/[\u2e80-\u9fff][，。：；、？！）」]*|[^\s\u2e80-\u9fff]+\s*|\s+/g) ?? [];
  return pieces.flatMap((piece) =>
    textWidth(piece.trimEnd(), size) <= width ? [piece] : cut(piece, size, width),
  );
}

function cut(piece: string, size: number, width: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of piece) {
    if (part !== "" && textWidth(`${part}${character}`, size) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
