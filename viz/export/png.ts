// A scene as a PNG picture, painted by what paints it on the page.

import { must } from "../../sim/kernel/invariant.ts";
import { paintMarks } from "../drawing/canvas-painter.ts";
import type { Scene } from "../drawing/mark.ts";
import type { Palette } from "../drawing/palette.ts";

/** How many pixels of the picture one of the scene takes, each way. */
const PNG_SCALE = 2;

/** The picture, as wide and high as the scene twice over. Marks that are only there to be pointed at are left out. */
export function scenePng(scene: Scene, palette: Palette): Blob {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(scene.width * PNG_SCALE);
  canvas.height = Math.round(scene.height * PNG_SCALE);
  const context = must(canvas.getContext("2d") ?? undefined, "context of a canvas");
  context.scale(PNG_SCALE, PNG_SCALE);
  context.fillStyle = palette.background;
  context.fillRect(0, 0, scene.width, scene.height);
  paintMarks(context, scene.many, palette);
  paintMarks(
    context,
    scene.few.filter(({ opacity }) => opacity !== 0),
    palette,
  );
  return pngBlob(canvas);
}

/** At once: `toBlob` waits until the browser has nothing else to do, which may take seconds. */
function pngBlob(canvas: HTMLCanvasElement): Blob {
  const [, base64 = ""] = canvas.toDataURL("image/png").split(",");
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}
