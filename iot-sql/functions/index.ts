import { ENCODING_FUNCTIONS } from "./encoding-functions";
import type { FunctionTable, SqlFunction } from "./function";
import { MESSAGE_FUNCTIONS } from "./message-functions";
import { NUMBER_FUNCTIONS } from "./number-functions";
import { PATTERN_FUNCTIONS } from "./pattern-functions";
import { TEXT_FUNCTIONS } from "./text-functions";
import { VALUE_FUNCTIONS } from "./value-functions";

const TABLES: readonly FunctionTable[] = [
  ENCODING_FUNCTIONS,
  MESSAGE_FUNCTIONS,
  NUMBER_FUNCTIONS,
  PATTERN_FUNCTIONS,
  TEXT_FUNCTIONS,
  VALUE_FUNCTIONS,
];

const FUNCTIONS: ReadonlyMap<string, SqlFunction> = new Map(TABLES.flatMap(Object.entries));

// Documented (page `iot-sql-functions`), but not evaluated here yet.
const DOCUMENTED: ReadonlySet<string> = new Set(
  `acos asin atan atan2 aws_lambda bitand bitnot bitor bitxor chr cos cosh exp get_dynamodb
  get_mqtt_property get_or_default get_registry_data get_secret get_thing_shadow
  get_user_properties ln log lpad ltrim machinelearning_predict md2 md5 mod nanvl parse_time
  power rand remainder rpad rtrim sha1 sha224 sha256 sha384 sha512 sign sin sinh sql_version
  sqrt tan tanh time_to_epoch transform trunc`.split(/\s+/),
);

/**
 * The function of a name, or why there is none. Names are case-insensitive: the pages write Round,
 * Trim and isUndefined for what they also write in lower case.
 */
export function functionNamed(name: string): SqlFunction | string {
  const found = FUNCTIONS.get(name.toLowerCase());
  if (found) return found;
  const why = DOCUMENTED.has(name.toLowerCase())
    ? "is not supported yet"
    : "is not a function of AWS IoT SQL";
  // `cast` is grammar, but to its users a function.
  const supported = [...FUNCTIONS.keys(), "cast"].sort().join(", ");
  return `function '${name}' ${why}; supported are ${supported}`;
}
