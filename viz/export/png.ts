// A scene as a PNG picture, painted by what paints it on the page.

import { must } from "../../sim/kernel/invariant.ts";
import { paintMarks } from "../drawing/canvas-painter.ts";
import type { Scene } from "../drawing/mark.ts";
import type { Palette } from "../drawing/palette.ts";

/** How many pixels of the picture one of the scene takes, each way. */
const PNG_SCALE = 2;

/** The picture, as wide and high as the scene twice over. Marks that are only there to be pointed at are left out. */
export function scenePng(scene: Scene, palette: Palette): Promise<Blob> {
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
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("Cannot make a picture: the browser gave none"));
      else resolve(blob);
    }, "image/png");
  });
}
