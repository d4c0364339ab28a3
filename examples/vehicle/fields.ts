import type { Definition } from "./definition";

/** The messages of a vehicle. */
export const definition = {
  fields: {
    speed: {
      type: "number",
      unit: "km/h",
      least: 0,
      most: 300,
      limit: { above: 130 },
      usual: [0, 110],
    },
    fuel: {
      type: "integer",
      unit: "%",
      least: 0,
      most: 100,
      limit: { below: 10 },
      usual: [20, 95],
      optional: true,
      label: "fuel",
      aliases: ["tank", "fuelLevel"],
    },
    latitude: {
      type: "number",
      unit: "°",
      least: -90,
      most: 90,
      usual: [52.3, 52.7],
      optional: true,
      label: "latitude",
      aliases: ["lat"],
    },
    longitude: {
      type: "number",
      unit: "°",
      least: -180,
      most: 180,
      usual: [13.1, 13.7],
      optional: true,
      label: "longitude",
      aliases: ["lon", "lng"],
    },
    fault: { type: "boolean", aliases: ["error", "mil"] },
  },
  severity: { field: "fault", critical: [true], warning: [], good: [false] },
  unknownFields: "refused",
} as const satisfies Definition;
