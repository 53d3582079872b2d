// The text's fourth use (6.2): a game server keeps its players' inventories and scores in step, whatever its machines
// do. Operations change a player's state; every change is sent out, and scores go on to the leaderboard of the arena.
//
// Not confluent: a leaderboard is told at every change of a score, so it shows which of two players' scores came first.
// Each player's states alone are fixed (a player's operations stand in one partition), and so is how every
// leaderboard ends.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type MapState,
  MapStateDescriptor,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

/** A player does something with an item. */
type Operation = readonly [player: string, what: "find" | "drop" | "use", item: string];

/** A player's state after an operation that changed it. */
interface PlayerState {
  readonly player: string;
  /** How many changes there were so far. */
  readonly version: number;
  readonly inventory: readonly (readonly [item: string, count: number])[];
  readonly score: number;
  readonly hasScored: boolean;
}

/** The best players of an arena, best first. */
type Leaderboard = readonly [arena: string, best: readonly Standing[]];

type Standing = readonly [player: string, score: number];

const PLAYER_COUNT = 6;
const OPERATION_COUNT = 84;
const LEADER_COUNT = 3;

/** What a player scores by using an item. */
const POINTS: ReadonlyMap<string, number> = new Map([
  ["potion", 2],
  ["sword", 5],
  ["star", 11],
]);

const ITEMS = [...POINTS.keys()];

/** How often each operation comes, out of so many. */
const OPERATION_MIX = ["find", "find", "find", "find", "use", "use", "use", "use", "drop"] as const;

/** Carries a player's operations out; what needs an item that is not there does nothing. */
class Players extends KeyedProcessFunction<string, Operation, PlayerState> {
  #inventory: MapState<string, number> | undefined = undefined;
  #score: ValueState<number> | undefined = undefined;
  #version: ValueState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#inventory = context.getMapState(
      new MapStateDescriptor("inventory", Types.STRING, Types.INT),
    );
    this.#score = context.getState(new ValueStateDescriptor("score", Types.INT, 0));
    this.#version = context.getState(new ValueStateDescriptor("version", Types.INT, 0));
  }

  override processElement(
    [player, what, item]: Operation,
    _context: KeyedProcessContext<string>,
    out: Collector<PlayerState>,
  ): void {
    const held = this.#inventory?.get(item) ?? 0;
    if (what !== "find" && held === 0) return;
    this.#keep(item, what === "find" ? held + 1 : held - 1);
    const hasScored = what === "use";
    const score = (this.#score?.value() ?? 0) + (hasScored ? (POINTS.get(item) ?? 0) : 0);
    const version = (this.#version?.value() ?? 0) + 1;
    this.#score?.update(score);
    this.#version?.update(version);
    const inventory = [...(this.#inventory?.entries() ?? [])];
    out.collect({ player, version, inventory, score, hasScored });
  }

  #keep(item: string, count: number): void {
    if (count === 0) this.#inventory?.remove(item);
    else this.#inventory?.put(item, count);
  }
}

/** Keeps the scores of an arena's players and tells who leads. */
class Leaderboards extends KeyedProcessFunction<string, PlayerState, Leaderboard> {
  #scores: MapState<string, number> | undefined = undefined;

  override open(): void {
    this.#scores = this.getRuntimeContext().getMapState(
      new MapStateDescriptor("scores", Types.STRING, Types.INT),
    );
  }

  override processElement(
    { player, score }: PlayerState,
    context: KeyedProcessContext<string>,
    out: Collector<Leaderboard>,
  ): void {
    this.#scores?.put(player, score);
    const standings = [...(this.#scores?.entries() ?? [])].sort(byRank);
    out.collect([context.getCurrentKey(), standings.slice(0, LEADER_COUNT)]);
  }
}

/** Higher scores first; of equal ones by name, so that no order of arrival decides. */
function byRank([player, score]: Standing, [otherPlayer, otherScore]: Standing): number {
  return otherScore - score || (player < otherPlayer ? -1 : 1);
}

/** Half of the players meet in one arena, half in the other. */
function arenaOf({ player }: PlayerState): string {
  return player < "player-3" ? "arena-east" : "arena-north";
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  const states = env
    .fromSource(
      new LogSource<Operation>("operations"),
      WatermarkStrategy.noWatermarks(),
      "operations",
    )
    .keyBy(([player]) => player)
    .process(new Players())
    .name("players");
  states
    .sinkTo(new TransactionalLogSink<PlayerState>("player-states"))
    .name("to-player-states")
    .setParallelism(1);
  states
    .filter(({ hasScored }) => hasScored)
    .name("scored")
    .keyBy(arenaOf)
    .process(new Leaderboards())
    .name("leaderboards")
    .sinkTo(new TransactionalLogSink<Leaderboard>("leaderboards"))
    .name("to-leaderboards")
    .setParallelism(1);
  env.execute("game-state");
  return env;
}

/** The operation of that number: players take turns, find about as often as they use, and at times try what they cannot. */
function operationAt(number: number): Operation {
  const what = OPERATION_MIX[scattered(number) % OPERATION_MIX.length] ?? "find";
  const item = ITEMS[(scattered(number) >>> 8) % ITEMS.length] ?? "";
  return [`player-${number % PLAYER_COUNT}`, what, item];
}

/** A whole number that looks like chance and is a function of `number` alone. */
function scattered(number: number): number {
  const once = Math.imul(number + 1, 0x9e3779b1);
  return Math.imul(once ^ (once >>> 15), 0x85ebca6b) >>> 8;
}

const OPERATIONS = Array.from({ length: OPERATION_COUNT }, (_, number) => operationAt(number));

/** A machine with inventories dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: {
      after: { event: "checkpoint-acknowledged", place: "players+scored-2", checkpoint: 2, nth: 1 },
    },
  },
];

/** The players' sink never hears of the second checkpoint; the power goes before it can hear of a third. */
const UNHEARD: readonly Fault[] = [
  {
    what: "message-lost",
    where: "to-player-states-1",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 2, nth: 1 } },
    message: "notify-checkpoint-complete",
  },
  {
    what: "power-loss",
    where: "cluster",
    when: {
      after: { event: "barrier-emitted", place: "operations-1", checkpoint: 3, nth: 1 },
    },
  },
];

/** The scenario `game-state`. */
export const gameState: Scenario = {
  name: "game-state",
  title: "players' inventories and scores stay in step through crashes; leaderboards follow",
  group: "uses",
  description:
    "State synchronisation of a game server (6.2). Operations change inventories (map state) and scores (value state); each " +
    "change is committed to one log, the leaderboards of two arenas to another. Which of two scores comes first is " +
    "chance, so leaderboards differ between seeds: here failure transparency says more than comparing outputs. " +
    "The plan unheard loses a notification and then the power: the transaction of the checkpoint unheard of is " +
    "committed after the restart.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    operations: [
      OPERATIONS.filter((_, number) => number % 2 === 0),
      OPERATIONS.filter((_, number) => number % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH, unheard: UNHEARD },
  isConfluent: false,
  endsIn: "FINISHED",
  always: [
    "A player's versions are 1, 2, 3, ... and no inventory holds less than one of an item.",
    "A score that was committed never falls.",
  ],
  eventually: ["The last leaderboard of each arena is that of all operations."],
  sometimes: ["crash-while-pending", "lost-notification"],
};
