// The text's third use (6.2): devices send readings, and an alarm is raised or taken back when one crosses its threshold.
// The readings are real: a month of weather at two stations with three instruments each (scenarios/data/weather.ts).
// State keeps comparisons only (last, lowest, highest), no sums, so fractions do no harm: the order of additions
// would show in the last digits.
//
// Confluent: each station is a partition of its own, so an instrument's readings come in order.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type ReducingState,
  ReducingStateDescriptor,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";
import { NEW_YORK, SEATTLE, type WeatherDay } from "./data/weather.ts";

/** What a station sends once a day. */
type Report = readonly [station: string, day: WeatherDay];

/** What one instrument measured. */
type Reading = readonly [device: string, date: string, value: number];

/** An alarm that is raised or taken back, with what the device has shown so far. */
interface Alarm {
  readonly device: string;
  readonly date: string;
  readonly isRaised: boolean;
  readonly value: number;
  /** The reading before, which was on the other side of the threshold; none for the first. */
  readonly last: number | undefined;
  readonly lowest: number;
  readonly highest: number;
}

const READING = Types.TUPLE(Types.STRING, Types.STRING, Types.DOUBLE);

/** Below this a thermometer gives the alarm: frost. */
const TEMPERATURE_MIN = 0;
/** From this on a rain gauge does, in millimetres a day. */
const PRECIPITATION_MAX = 10;
/** From this on an anemometer does, in metres a second. */
const WIND_MAX = 6;

/** One report becomes a reading of each instrument. */
function readingsOf([station, day]: Report, out: Collector<Reading>): void {
  const [date, temperature, precipitation, wind] = day;
  out.collect([`${station} thermometer`, date, temperature]);
  out.collect([`${station} rain-gauge`, date, precipitation]);
  out.collect([`${station} anemometer`, date, wind]);
}

function isAlarming(device: string, value: number): boolean {
  if (device.endsWith("thermometer")) return value < TEMPERATURE_MIN;
  return value >= (device.endsWith("rain-gauge") ? PRECIPITATION_MAX : WIND_MAX);
}

/** Keeps of each device what it showed last and its extremes, and tells when its alarm changes. */
class Monitor extends KeyedProcessFunction<string, Reading, Alarm> {
  #last: ValueState<number> | undefined = undefined;
  #lowest: ReducingState<number> | undefined = undefined;
  #highest: ReducingState<number> | undefined = undefined;

  override open(): void {
    const context = this.getRuntimeContext();
    this.#last = context.getState(new ValueStateDescriptor("last", Types.DOUBLE));
    this.#lowest = context.getReducingState(
      new ReducingStateDescriptor<number>("lowest", Math.min, Types.DOUBLE),
    );
    this.#highest = context.getReducingState(
      new ReducingStateDescriptor<number>("highest", Math.max, Types.DOUBLE),
    );
  }

  override processElement(
    [device, date, value]: Reading,
    _context: KeyedProcessContext<string>,
    out: Collector<Alarm>,
  ): void {
    const last = this.#last?.value();
    this.#last?.update(value);
    this.#lowest?.add(value);
    this.#highest?.add(value);
    const isRaised = isAlarming(device, value);
    if (isRaised === (last !== undefined && isAlarming(device, last))) return;
    const lowest = this.#lowest?.get() ?? value;
    const highest = this.#highest?.get() ?? value;
    out.collect({ device, date, isRaised, value, last, lowest, highest });
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<Report>("reports"), WatermarkStrategy.noWatermarks(), "stations")
    .flatMap(readingsOf)
    .name("instruments")
    .returns(READING)
    .keyBy(([device]) => device)
    .process(new Monitor())
    .name("monitor")
    .sinkTo(new TransactionalLogSink<Alarm>("alarms"))
    .name("to-alarms")
    .setParallelism(1);
  env.execute("iot-devices");
  return env;
}

function reportsOf(station: string, days: readonly WeatherDay[]): readonly Report[] {
  return days.map((day) => [station, day]);
}

/** A machine with the devices' state dies when it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-1",
    when: {
      after: { event: "checkpoint-acknowledged", place: "monitor-1", checkpoint: 2, nth: 1 },
    },
  },
];

/** A machine dies, and the other one in the moment in which the job has its state back. */
const CRASH_DURING_RESTORE: readonly Fault[] = [
  {
    what: "task-manager-loses-disk",
    where: "task-manager-2",
    when: { after: { event: "completion-received", place: "monitor-2", checkpoint: 1, nth: 1 } },
  },
  {
    what: "task-manager-dies",
    where: "task-manager-1",
    when: { after: { event: "task-restored", place: "monitor-1", attempt: 1, nth: 1 } },
  },
];

/** The scenario `iot-devices`. */
export const iotDevices: Scenario = {
  name: "iot-devices",
  title:
    "weather stations report, alarms come and go with the readings, and each change is told once",
  group: "uses",
  description:
    "Monitoring of devices (6.2) on real readings: January 2012 at Seattle and New York. Each instrument's last, lowest and " +
    "highest value are keyed state; an alarm is told when it is raised and when it is taken back. The plan " +
    "crash-during-restore has one machine die and the other while the job is being restored from the first " +
    "checkpoint.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: { reports: [reportsOf("seattle", SEATTLE), reportsOf("new-york", NEW_YORK)] },
  faults: [],
  plans: { crash: CRASH, "crash-during-restore": CRASH_DURING_RESTORE },
  isConfluent: true,
  endsIn: "FINISHED",
  always: [
    "A device's alarms are raised and taken back in turn: none twice in a row.",
    "The extremes told with an alarm are those of all readings so far, of before a crash too.",
  ],
  eventually: ["Every crossing of a threshold is told."],
  sometimes: ["crash-during-restore", "second-crash-before-next-checkpoint"],
};
