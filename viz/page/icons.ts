// The signs on the buttons, as SVG paths in a square of 16: fonts do not agree on how a play sign looks.

/** A sign. */
export type IconName =
  | "start"
  | "previous-stop"
  | "previous"
  | "play"
  | "pause"
  | "next"
  | "next-stop"
  | "end"
  | "theme"
  | "note"
  | "close"
  | "right"
  | "wrong";

const PATHS: { readonly [name in IconName]: string } = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  "previous-stop": "M8 3v10L2 8zM14 3v10L8 8z",
  previous: "M11 3v10L4 8z",
  play: "M4 2.5v11L13.5 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M5 3v10l7-5z",
  "next-stop": "M2 3v10l6-5zM8 3v10l6-5z",
  end: "M11 3h2v10h-2zM3 3v10l7-5z",
  theme: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM8 3a5 5 0 0 1 0 10z",
  note: "M3.5 1.5h1.8L13 5.2 5.3 9v6H3.5z",
  right: "M6.2 12.6L2 8.4l1.4-1.4 2.8 2.8 6.4-6.4L14 4.8z",
  wrong: "M4.4 3L8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.4L8 9.4 4.4 13 3 11.6 6.6 8 3 4.4z",
  close:
    "M3.5 2.4L8 6.9l4.5-4.5 1.1 1.1L9.1 8l4.5 4.5-1.1 1.1L8 9.1l-4.5 4.5-1.1-1.1L6.9 8 2.4 3.5z",
};

/** The sign, of no meaning to those who hear the page: its button says what it does. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

const SVG = "http://www.w3.org/2000/svg";
