/** The fields of a reading, as devices write them. */
export const fields = [
  "deviceId",
  "timestamp",
  "temperature",
  "humidity",
  "pressure",
  "status",
  "message",
] as const;
export type Field = (typeof fields)[number];

/** Other words for the fields, as files of recorded readings use them; without case, units and punctuation. */
const synonyms: Record<Field, string[]> = {
  deviceId: ["device", "devicename", "sensor", "sensorid", "thing", "thingname", "clientid", "id"],
  timestamp: ["time", "ts", "date", "datetime", "timestampms", "recordedat", "measuredat", "epoch"],
  temperature: ["temp", "temperaturec", "tempc", "temperaturecelsius", "celsius"],
  humidity: ["hum", "rh", "relativehumidity", "humiditypercent", "humiditypct"],
  pressure: ["press", "pressurehpa", "barometricpressure", "airpressure", "hpa", "mbar"],
  status: ["state", "level", "severity"],
  message: ["msg", "text", "note", "comment", "remark"],
};

/** Without these there is no reading; the others have a substitute or may be missing. */
const needed = ["temperature", "humidity", "pressure", "status"] as const;

export type Columns = Partial<Record<Field, string>>;

/**
 * Finds the column of each field: the given one, else the one with its name, else the one with a synonym.
 * Throws one sentence that says what to add to the command.
 */
export function findColumns(
  names: readonly string[],
  given: Columns,
  constants: Partial<Record<Field, string>>,
): Columns {
  for (const [field, column] of Object.entries(given))
    if (!names.includes(column))
      throw new Error(
        `The recording has no column '${column}' for ${field}; it has ${names.join(", ")}.`,
      );
  const columns: Columns = {};
  for (const field of fields) {
    if (constants[field] !== undefined) continue;
    const column = given[field] ?? findColumn(names, field, Object.values(given));
    if (column !== undefined) columns[field] = column;
  }
  const missing = needed.filter(
    (field) => columns[field] === undefined && constants[field] === undefined,
  );
  if (missing.length === 0) return columns;
  const [first] = missing;
  throw new Error(
    `The recording has no column for ${missing.join(", ")}; it has ${names.join(", ")}. Name each by --map COLUMN=${first}, or give a value by --set ${first}=VALUE.`,
  );
}

function findColumn(
  names: readonly string[],
  field: Field,
  taken: readonly string[],
): string | undefined {
  const free = names.filter((name) => !taken.includes(name));
  const named = (words: string[]): string[] => free.filter((name) => words.includes(plain(name)));
  const exact = named([field.toLowerCase()]);
  const found = exact.length > 0 ? exact : named(synonyms[field]);
  if (found.length <= 1) return found[0];
  throw new Error(
    `The columns ${found.join(" and ")} could both be ${field}: choose by --map ${found[0]}=${field}.`,
  );
}

/** `Temperature (°C)` → `temperature`. */
const plain = (name: string): string =>
  name
    .replace(/[([].*[)\]]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
