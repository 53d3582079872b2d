// A picture as PNG, painted by what paints its scenes on the page.

import { must } from "../../sim/kernel/invariant.ts";
import { paintMarks } from "../drawing/canvas-painter.ts";
import type { Palette } from "../drawing/palette.ts";
import type { Picture } from "../drawing/svg-file.ts";

/** How many pixels of the file one of the picture takes, each way. */
const PNG_SCALE = 2;

/** The file, as wide and high as the picture twice over. Marks that are only there to be pointed at are left out. */
export function picturePng({ width, height, panels }: Picture, palette: Palette): Blob {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * PNG_SCALE);
  canvas.height = Math.round(height * PNG_SCALE);
  const context = must(canvas.getContext("2d") ?? undefined, "context of a canvas");
  context.scale(PNG_SCALE, PNG_SCALE);
  context.fillStyle = palette.background;
  context.fillRect(0, 0, width, height);
  for (const { x, y, scene } of panels) {
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, scene.width, scene.height);
    context.clip();
    paintMarks(context, scene.many, palette);
    paintMarks(
      context,
      scene.few.filter(({ opacity }) => opacity !== 0),
      palette,
    );
    context.restore();
  }
  return pngBlob(canvas);
}

/** At once: `toBlob` waits until the browser has nothing else to do, which may take seconds. */
function pngBlob(canvas: HTMLCanvasElement): Blob {
  const [, base64 = ""] = canvas.toDataURL("image/png").split(",");
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}
