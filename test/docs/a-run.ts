// Draws the picture of the README from the events of a run: a line for each task, time from left to right, cut where
// nothing happens. Everything in it is read off the trace; only places and colours are chosen here.
import type { TraceEvent } from "../../sim/trace/trace-event.ts";

type EventOf<Kind extends TraceEvent["kind"]> = Extract<TraceEvent, { readonly kind: Kind }>;

/** A stretch of virtual time and the width it is drawn with. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
}

const JOB_MASTER = "job-master";
const LOG = "log:counts";
const ROWS = [JOB_MASTER, "source-1", "source-2", "count-1", "count-2", "sink-1", LOG];
const TASKS = ROWS.filter((row) => row !== JOB_MASTER && row !== LOG);
const MS = 1000;

const WIDTH = 1030;
const LABELS = 118;
const TOP = 62;
const ROW_HEIGHT = 46;
const BOTTOM = TOP + ROW_HEIGHT * (ROWS.length - 1);
const HEIGHT = BOTTOM + 72;
const GAP = 20;

/** The picture of a run of word-count in which a machine dies between two checkpoints, as SVG. */
export function drawRun(events: readonly TraceEvent[]): string {
  return new RunPicture(events).svg();
}

class RunPicture {
  readonly #events: readonly TraceEvent[];
  readonly #stretches: readonly Stretch[];

  constructor(events: readonly TraceEvent[]) {
    this.#events = events;
    const completed = this.#all("checkpoint-completed").map(({ checkpoint }) => checkpoint);
    const [first, last] = [completed[0] ?? 0, completed.at(-1) ?? 0];
    const aborted = this.#one("checkpoint-aborted").checkpoint;
    const [firstCommit, lastCommit] = this.#all("transaction-committed");
    const running = this.#all("job-status-changed").findLast(({ status }) => status === "RUNNING");
    const wave = (checkpoint: number): number =>
      Math.max(
        ...this.#all("acknowledgement-received").map((event) => {
          const isOfWave = event.checkpoint === checkpoint && event.task !== "sink-1";
          return isOfWave ? event.time : 0;
        }),
      );
    const first1 = wave(first) + 0.6 * MS;
    const last1 = wave(last) + 0.6 * MS;
    this.#stretches = placed([
      [this.#triggered(first) - 0.8 * MS, first1, 158],
      [first1, (firstCommit?.time ?? 0) + 5 * MS, 124],
      [this.#triggered(aborted) - 0.8 * MS, this.#lastEnd() + 0.8 * MS, 204],
      [this.#restore().time - 12 * MS, (running?.time ?? 0) + 3 * MS, 122],
      [this.#triggered(last) - 0.8 * MS, last1, 128],
      [last1, (lastCommit?.time ?? 0) + 8 * MS, 104],
    ]);
  }

  svg(): string {
    const layers = [
      ...this.#cuts(),
      ...this.#axis(),
      ...this.#lives(),
      ...this.#alignments(),
      ...this.#triggers(),
      ...this.#barriers(),
      ...this.#acknowledgements(),
      ...this.#completions(),
      ...this.#snapshots(),
      ...this.#outside(),
      ...this.#crash(),
      ...this.#captions(),
    ];
    const title =
      "A run of word-count: checkpoint 1 completes, a machine dies during checkpoint 2, " +
      "the job is restored from checkpoint 1, checkpoint 3 completes";
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
      `<title>${title}</title>`,
      `<style>${STYLE}</style>`,
      ...layers,
      "</svg>",
      "",
    ].join("\n");
  }

  /** The lines of the tasks: as long as an attempt lives. */
  #lives(): readonly string[] {
    const { left: start } = must(this.#stretches[0]);
    const end = rightOf(must(this.#stretches.at(-1)));
    return ROWS.flatMap((row) => {
      const y = yOf(row);
      const label = row === JOB_MASTER ? "job master" : row === LOG ? "log counts" : row;
      const host = TASKS.includes(row) ? this.#hostOf(row) : "";
      const names = [
        text(LABELS - 14, y + (host === "" ? 4 : 0), label, "name"),
        ...(host === "" ? [] : [text(LABELS - 14, y + 13, host, "host")]),
      ];
      if (host === "") return [...names, line([start, y], [end, y], "outside")];
      const died = this.#endOf(row);
      const back = this.#all("task-restored").find(
        ({ place, incarnation }) => place === row && incarnation === 1,
      );
      return [
        ...names,
        line([start, y], [this.#x(died), y], "alive"),
        line([this.#x(died), y], [this.#x(back?.time ?? 0), y], "dead"),
        line([this.#x(back?.time ?? 0), y], [end, y], "alive"),
        circle(this.#x(back?.time ?? 0), y, 3.4, "restored"),
      ];
    });
  }

  #alignments(): readonly string[] {
    return this.#all("alignment-completed").flatMap(({ place, time, checkpoint, duration }) => {
      if (!this.#isShown(time)) return [];
      const from = this.#x(time - duration);
      const width = Math.max(1, this.#x(time) - from);
      const at = `x="${n(from)}" y="${yOf(place) - 5}" width="${n(width)}" height="10"`;
      return [`<rect class="align c${this.#colour(checkpoint)}" ${at} rx="2"/>`];
    });
  }

  #triggers(): readonly string[] {
    return this.#all("barrier-emitted")
      .filter(({ place, time }) => place.startsWith("source") && this.#isShown(time))
      .map(({ place, time, checkpoint }) =>
        line(
          this.#point(JOB_MASTER, this.#triggered(checkpoint)),
          this.#point(place, time),
          `trigger c${this.#colour(checkpoint)}`,
        ),
      );
  }

  /** A barrier's way over each channel, from where it was emitted. */
  #barriers(): readonly string[] {
    return this.#all("barrier-received").flatMap(({ channel, place, time, checkpoint }) => {
      const producer = channel.slice(0, channel.indexOf("->"));
      const sent = this.#all("barrier-emitted").find(
        (event) => event.place === producer && event.checkpoint === checkpoint,
      );
      if (sent === undefined || !this.#isShown(time)) return [];
      const style = `barrier c${this.#colour(checkpoint)}`;
      return [line(this.#point(producer, sent.time), this.#point(place, time), style)];
    });
  }

  #acknowledgements(): readonly string[] {
    return this.#all("acknowledgement-received").flatMap(({ task, time, checkpoint }) => {
      const sent = this.#all("checkpoint-acknowledged").find(
        (event) => event.place === task && event.checkpoint === checkpoint,
      );
      if (sent === undefined || !this.#isShown(time)) return [];
      const style = `message c${this.#colour(checkpoint)}`;
      return [line(this.#point(task, sent.time), this.#point(JOB_MASTER, time), style)];
    });
  }

  #completions(): readonly string[] {
    return this.#all("completion-received").flatMap(({ place, time, checkpoint }) => {
      const told = this.#all("checkpoint-completed").find(
        (event) => event.checkpoint === checkpoint,
      );
      if (told === undefined || !this.#isShown(time)) return [];
      const style = `message c${this.#colour(checkpoint)}`;
      return [line(this.#point(JOB_MASTER, told.time), this.#point(place, time), style)];
    });
  }

  /** From the barrier to the snapshot: a dot where it takes no time, a bar where a sink waits for the outside. */
  #snapshots(): readonly string[] {
    return this.#all("barrier-emitted").flatMap(({ place, time, checkpoint }) => {
      if (!this.#isShown(time)) return [];
      const taken = this.#all("snapshot-taken").find(
        (event) => event.place === place && event.checkpoint === checkpoint,
      );
      const [x, y] = this.#point(place, time);
      const end = taken === undefined ? this.#endOf(place) : taken.time;
      const width = Math.max(0, this.#x(end) - x);
      const colour = `c${this.#colour(checkpoint)}`;
      if (width < 4) return [circle(x, y, 4, `snapshot ${colour}`)];
      const at = `x="${n(x)}" y="${y - 4}" width="${n(width)}" height="8"`;
      return [`<rect class="snapshot ${colour}" ${at} rx="4"/>`];
    });
  }

  /** What readers of the log see, and what they never will. */
  #outside(): readonly string[] {
    const committed = this.#all("transaction-committed").flatMap(({ time, records }) => {
      const told = this.#all("completion-received").findLast(
        (event) => event.place === "sink-1" && event.time <= time,
      );
      const [x, y] = this.#point(LOG, time);
      const from = this.#point("sink-1", told?.time ?? time);
      return [
        line(from, [x, y], "commit"),
        `<path class="committed" d="M${n(x)} ${y - 7}l7 7l-7 7l-7 -7z"/>`,
        text(Math.min(x, WIDTH - 74), y + 24, `${records} records committed`, "note"),
      ];
    });
    const aborted = this.#all("transaction-aborted").flatMap(({ time }) => {
      const [x, y] = this.#point(LOG, time);
      return [cross(x, y, 5, "aborted"), text(x, y + 24, "open transaction aborted", "note")];
    });
    return [...committed, ...aborted];
  }

  #crash(): readonly string[] {
    const crash = this.#one("host-crashed");
    const x = this.#x(crash.time);
    const hit = TASKS.filter((task) => this.#hostOf(task) === crash.place);
    return [
      line([x, TOP - 14], [x, BOTTOM + 8], "strike"),
      ...hit.map((task) => cross(x, yOf(task), 6, "crash")),
      ...this.#all("task-failed").map(({ place, time }) =>
        cross(this.#x(time), yOf(place), 4, "failed"),
      ),
      ...this.#all("task-canceled")
        .filter(({ time }) => time < this.#restore().time)
        .map(({ place, time }) => cross(this.#x(time), yOf(place), 4, "failed")),
      text(x, TOP - 20, `${crash.place} dies`, "bad"),
    ];
  }

  #captions(): readonly string[] {
    const completed = this.#all("checkpoint-completed").flatMap(({ checkpoint, time }) => {
      const [x, y] = this.#point(JOB_MASTER, time);
      return [
        circle(x, y, 5, `complete c${this.#colour(checkpoint)}`),
        text(
          Math.min(x, WIDTH - 74),
          TOP - 20,
          `checkpoint ${checkpoint} complete`,
          `head t${this.#colour(checkpoint)}`,
        ),
      ];
    });
    const triggered = this.#all("checkpoint-triggered").flatMap(({ checkpoint, time }) => {
      const [x, y] = this.#point(JOB_MASTER, time);
      return [circle(x, y, 3.4, `trigger-dot c${this.#colour(checkpoint)}`)];
    });
    const aborted = this.#one("checkpoint-aborted");
    const [abortX, abortY] = this.#point(JOB_MASTER, aborted.time);
    const { checkpoint, time } = this.#restore();
    const [x, y] = this.#point(JOB_MASTER, time);
    return [
      ...completed,
      ...triggered,
      cross(abortX, abortY, 5, "aborted"),
      text(abortX, TOP - 38, `checkpoint ${aborted.checkpoint} aborted`, "bad"),
      circle(x, y, 5, "restored"),
      ...TASKS.map((task) =>
        line([x, y], this.#point(task, this.#restoredAt(task)), "message deploy"),
      ),
      text(x + 52, TOP - 20, `restore from checkpoint ${checkpoint}`, "head"),
    ];
  }

  /** Where time is left out. */
  #cuts(): readonly string[] {
    return this.#stretches.slice(1).flatMap(({ left, from }, index) => {
      if (this.#stretches[index]?.to === from) return [];
      const x = left - GAP / 2;
      return [`<path class="cut" d="M${x} ${TOP - 8}V${BOTTOM + 34}"/>`];
    });
  }

  #axis(): readonly string[] {
    const y = BOTTOM + 44;
    return this.#stretches.flatMap((stretch, index) => {
      const { from, to, left } = stretch;
      const right = rightOf(stretch);
      const isGoingOn = this.#stretches[index - 1]?.to === from;
      return [
        line([left, y], [right, y], "axis"),
        line([left, y - 3], [left, y + 3], "axis"),
        line([right, y - 3], [right, y + 3], "axis"),
        ...(isGoingOn ? [] : [text(left, y + 18, `${n(from / MS)} ms`, "tick first")]),
        text(right, y + 18, n(to / MS), "tick last"),
      ];
    });
  }

  #all<Kind extends TraceEvent["kind"]>(kind: Kind): readonly EventOf<Kind>[] {
    return this.#events.filter((event): event is EventOf<Kind> => event.kind === kind);
  }

  #one<Kind extends TraceEvent["kind"]>(kind: Kind): EventOf<Kind> {
    return must(this.#all(kind)[0]);
  }

  #restore(): EventOf<"restore-started"> {
    return must(this.#all("restore-started").find(({ checkpoint }) => checkpoint > 0));
  }

  #restoredAt(task: string): number {
    const restored = this.#all("task-restored").find(
      ({ place, incarnation }) => place === task && incarnation === 1,
    );
    return must(restored).time;
  }

  #triggered(checkpoint: number): number {
    return must(this.#all("checkpoint-triggered").find((event) => event.checkpoint === checkpoint))
      .time;
  }

  #hostOf(task: string): string {
    return must(this.#all("task-deployed").find((event) => event.task === task)).taskManager;
  }

  /** When the first attempt of a task ended. */
  #endOf(task: string): number {
    const ends = [...this.#all("task-failed"), ...this.#all("task-canceled")];
    const end = ends.find(({ place, incarnation }) => place === task && incarnation === 0);
    return end?.time ?? this.#one("host-crashed").time;
  }

  #lastEnd(): number {
    return Math.max(...TASKS.map((task) => this.#endOf(task)));
  }

  #colour(checkpoint: number): string {
    return this.#one("checkpoint-aborted").checkpoint === checkpoint ? "bad" : "good";
  }

  #isShown(time: number): boolean {
    return this.#stretches.some(({ from, to }) => from <= time && time <= to);
  }

  #point(row: string, time: number): Point {
    return [this.#x(time), yOf(row)];
  }

  #x(time: number): number {
    const stretch = this.#stretches.find(({ to }) => time <= to) ?? must(this.#stretches.at(-1));
    const share = (time - stretch.from) / (stretch.to - stretch.from);
    return stretch.left + Math.min(1, Math.max(0, share)) * stretch.width;
  }
}

type Point = readonly [x: number, y: number];

/** One stretch after the other; between two that do not touch in time there is a gap. */
function placed(spans: readonly (readonly [number, number, number])[]): readonly Stretch[] {
  let right = LABELS - GAP;
  let end = 0;
  return spans.map(([from, to, width]) => {
    const left = from === end ? right : right + GAP;
    right = left + width;
    end = to;
    return { from, to, left, width };
  });
}

function rightOf({ left, width }: Stretch): number {
  return left + width;
}

function yOf(row: string): number {
  return TOP + ROW_HEIGHT * ROWS.indexOf(row);
}

function line([x1, y1]: Point, [x2, y2]: Point, style: string): string {
  return `<line class="${style}" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;
}

function circle(x: number, y: number, radius: number, style: string): string {
  return `<circle class="${style}" cx="${n(x)}" cy="${n(y)}" r="${radius}"/>`;
}

function cross(x: number, y: number, reach: number, style: string): string {
  const way = `M${n(x - reach)} ${n(y - reach)}L${n(x + reach)} ${n(y + reach)}M${n(x - reach)} ${n(y + reach)}L${n(x + reach)} ${n(y - reach)}`;
  return `<path class="cross ${style}" d="${way}"/>`;
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text class="${style}" x="${n(x)}" y="${n(y)}">${words}</text>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Cannot draw the run: it is not the run expected");
  return value;
}

const STYLE = `
  svg { --ink: #1f2933; --soft: #6b7785; --line: #9aa5b1; --faint: #d5dbe1; --good: #1769aa; --bad: #b3361e; --commit: #2e7d32; --paper: #ffffff; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e4e9ee; --soft: #98a4b1; --line: #6b7785; --faint: #3a444f; --good: #6cb8f6; --bad: #ff8a70; --commit: #7bc67f; --paper: #0d1117; }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); text-anchor: middle; }
  .name { text-anchor: end; font-size: 13px; }
  .host { text-anchor: end; font-size: 10px; fill: var(--soft); }
  .tick { font-size: 11px; fill: var(--soft); }
  .first { text-anchor: start; }
  .last { text-anchor: end; }
  .note { font-size: 11px; fill: var(--commit); }
  .bad { fill: var(--bad); font-weight: 600; }
  .head { font-weight: 600; }
  .tgood { fill: var(--good); }
  line, path { fill: none; }
  .alive { stroke: var(--ink); stroke-width: 1.6; }
  .dead { stroke: var(--faint); stroke-width: 1.6; stroke-dasharray: 2 4; }
  .outside { stroke: var(--line); stroke-width: 1; }
  .axis { stroke: var(--line); stroke-width: 1; }
  .cut { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 3 4; }
  .cgood { --colour: var(--good); }
  .cbad { --colour: var(--bad); }
  .barrier { stroke: var(--colour); stroke-width: 1.8; }
  .trigger { stroke: var(--colour); stroke-width: 1; opacity: .7; }
  .message { stroke: var(--colour, var(--soft)); stroke-width: .9; stroke-dasharray: 1 3; }
  .deploy { --colour: var(--soft); }
  .align { fill: var(--colour); opacity: .22; }
  .snapshot, .complete, .trigger-dot { fill: var(--colour); }
  .restored { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6; }
  .commit { stroke: var(--commit); stroke-width: 1.6; }
  .committed { fill: var(--commit); }
  .cross { stroke-width: 2.2; stroke-linecap: round; }
  .crash, .failed, .aborted { stroke: var(--bad); }
  .strike { stroke: var(--bad); stroke-width: 1; opacity: .5; }
`;
