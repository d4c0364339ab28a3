import type { Definition } from "./definition";

/**
 * The fields of a device's message. This file is yours: everything else derives from it (docs/adapting.md). Literals only, since
 * callbacks carry it into Lambda as it stands here.
 */
export const definition = {
  fields: {
    temperature: {
      type: "number",
      unit: "°C",
      least: -100,
      most: 200,
      limit: { above: 80 },
      usual: [18, 45],
      aliases: ["temp"],
    },
    humidity: {
      type: "number",
      unit: "%",
      least: 0,
      most: 100,
      usual: [30, 60],
      label: "humidity",
      aliases: ["hum", "rh", "relativeHumidity"],
    },
    pressure: {
      type: "number",
      unit: "hPa",
      least: 300,
      most: 1100,
      usual: [990, 1030],
      aliases: ["press", "barometricPressure", "airPressure"],
    },
    status: {
      type: "one of",
      values: ["ok", "warning", "critical"],
      aliases: ["state", "level", "severity"],
    },
    message: {
      type: "text",
      optional: true,
      mostBytes: 4096,
      aliases: ["msg", "text", "note", "comment", "remark"],
    },
  },
  severity: { field: "status", critical: ["critical"], warning: ["warning"], good: ["ok"] },
  remark: "message",
  unknownFields: "ignored",
} as const satisfies Definition;
