// The devices: their plans, and their alarms against a plain loop over the month's weather.
import { expect, test } from "vitest";
import { NEW_YORK, SEATTLE, type WeatherDay } from "../../scenarios/data/weather.ts";
import { iotDevices } from "../../scenarios/iot-devices.ts";
import { runChecked } from "../support/runner.ts";
import { committedTo, restoredCheckpointsOf, sorted, testEveryPlan } from "./every-plan.ts";

interface Alarm {
  readonly device: string;
  readonly isRaised: boolean;
}

const DEVICES = [
  { name: "thermometer", read: (day: WeatherDay) => day[1], alarms: (value: number) => value < 0 },
  { name: "rain-gauge", read: (day: WeatherDay) => day[2], alarms: (value: number) => value >= 10 },
  { name: "anemometer", read: (day: WeatherDay) => day[3], alarms: (value: number) => value >= 6 },
] as const;

const STATIONS = [
  ["seattle", SEATTLE],
  ["new-york", NEW_YORK],
] as const;

testEveryPlan(iotDevices);

test("iot-devices tells every crossing of a threshold, with the extremes so far", () => {
  const expected = STATIONS.flatMap(([station, days]) =>
    DEVICES.flatMap(({ name, read, alarms }) =>
      days.flatMap((day, index) => {
        const values = days.slice(0, index + 1).map(read);
        const value = read(day);
        const last = values.at(-2);
        const isRaised = alarms(value);
        if (isRaised === (last !== undefined && alarms(last))) return [];
        const lowest = Math.min(...values);
        const highest = Math.max(...values);
        const device = `${station} ${name}`;
        return [{ date: day[0], device, highest, isRaised, last, lowest, value }];
      }),
    ),
  );
  expect(new Set(expected.map(({ device }) => device)).size).toBe(6);
  for (const faults of [[], ...Object.values(iotDevices.plans)]) {
    const checked = runChecked({ scenario: "iot-devices", seed: 5, faults });
    expect(sorted(committedTo(checked, "alarms"))).toEqual(sorted(expected));
  }
});

test("iot-devices raises and takes back each alarm in turn", () => {
  const faults = iotDevices.plans["crash-during-restore"] ?? [];
  const checked = runChecked({ scenario: "iot-devices", seed: 6, faults });
  const raised = new Set<string>();
  for (const { device, isRaised } of committedTo<Alarm>(checked, "alarms")) {
    expect(raised.has(device)).toBe(!isRaised);
    if (isRaised) raised.add(device);
    else raised.delete(device);
  }
  expect(restoredCheckpointsOf(checked)).toEqual([1, 1]);
});

test("the weather has every day of the month at both stations", () => {
  const days = Array.from(
    { length: 31 },
    (_, index) => `2012-01-${String(index + 1).padStart(2, "0")}`,
  );
  for (const [, station] of STATIONS) expect(station.map(([date]) => date)).toEqual(days);
});
