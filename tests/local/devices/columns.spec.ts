import * as assert from "node:assert/strict";
import { findColumns, findConversions } from "../../../local/devices/columns";

const all = ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status", "message"];

describe("the columns of a recording", () => {
  it("are found by their names, whatever the case, units and punctuation", () => {
    const names = [
      "Device_ID",
      "TIMESTAMP",
      "Temperature (°C)",
      "Humidity [%]",
      "pressure",
      "Status",
    ];
    assert.deepEqual(findColumns(names, {}, {}), {
      deviceId: "Device_ID",
      timestamp: "TIMESTAMP",
      temperature: "Temperature (°C)",
      humidity: "Humidity [%]",
      pressure: "pressure",
      status: "Status",
    });
  });

  it("are found by the usual synonyms", () => {
    const names = ["sensor", "time", "temp", "rh", "barometric pressure", "state", "note"];
    assert.deepEqual(Object.values(findColumns(names, {}, {})), names);
  });

  it("prefer a field's name to a synonym", () => {
    const columns = findColumns(["temp", ...all], {}, {});
    assert.equal(columns.temperature, "temperature");
  });

  it("are the given ones where some are given, which then are nothing else", () => {
    const names = ["id", "status", "state", "temp", "humidity", "pressure"];
    const columns = findColumns(names, { status: "state", message: "status" }, {});
    assert.equal(columns.status, "state");
    assert.equal(columns.message, "status");
  });

  it("need not be there for a field that has a value", () => {
    const columns = findColumns(["temp", "rh"], {}, { status: "ok", pressure: "1013" });
    assert.deepEqual(columns, { temperature: "temp", humidity: "rh" });
  });

  it("give way to a value that is given", () => {
    assert.equal(findColumns(all, {}, { status: "ok" }).status, undefined);
  });

  it("are refused when two could be one field", () => {
    assert.throws(
      () => findColumns(["temp", "celsius", "humidity", "pressure", "status"], {}, {}),
      {
        message:
          "The columns temp and celsius could both be temperature: choose by --map temp=temperature.",
      },
    );
  });

  it("are refused when a field has none, with what to add to the command", () => {
    assert.throws(() => findColumns(["date", "temp", "p"], {}, {}), {
      message:
        "The recording has no column for humidity, pressure, status; it has date, temp, p. Name each by --map COLUMN=humidity, or give a value by --set humidity=VALUE.",
    });
  });

  it("are refused when a given one does not exist", () => {
    assert.throws(() => findColumns(all, { temperature: "Temp" }, {}), {
      message: `The recording has no column 'Temp' for temperature; it has ${all.join(", ")}.`,
    });
  });

  it("are found by a name with a unit behind it", () => {
    const names = ["tempC", "humidity_pct", "pressure_hpa", "status"];
    assert.deepEqual(Object.values(findColumns(names, {}, {})), names);
    const bare = ["celsius", "rh", "mbar", "status"];
    assert.deepEqual(Object.values(findColumns(bare, {}, {})), bare);
  });

  it("convert to the field's unit where the header names another one", () => {
    const converted = (column: string, value: number, given = false) =>
      findConversions({ temperature: column }, given ? { temperature: column } : {}).temperature?.(
        value,
      ) ?? value;
    assert.equal(converted("Temperature (°F)", 68), 20);
    assert.equal(converted("temp_f", 68), 20);
    assert.equal(converted("fahrenheit", 68), 20);
    assert.equal(converted("T [K]", 293.15, true), 20);
    assert.equal(converted("Temperature (°C)", 68), 68);
    assert.equal(converted("temperature", 68), 68);
    assert.equal(converted("Temperature (sensor 1)", 68, true), 68);
    for (const column of ["t_f", "inlet-F", "T1 degF"])
      assert.equal(converted(column, 68, true), 20);
    assert.equal(converted("t_f2", 68, true), 68);
    for (const column of ["humidity (%RH)", "humidity [% RH]", "humidity_rh"])
      assert.equal(findConversions({ humidity: column }, {}).humidity?.(55), 55, column);
  });

  it("are refused in a unit that does not convert", () => {
    for (const [unit, given] of [
      ["%", {}],
      ["%", { temperature: "Temperature (%)" }],
      ["sensor 1", {}],
    ] as const)
      assert.throws(() => findConversions({ temperature: `Temperature (${unit})` }, given), {
        message: `The column 'Temperature (${unit})' is in ${unit}, which does not convert to °C, the unit of temperature: convert it in the file, or take its numbers as °C under a header without a unit.`,
      });
  });
});
