import { readingTime } from "../../reading/lake";
import { rowsIn, type LakeRow } from "./lake";
import { idOf, type Search, type Sink } from "./search";

/** The folder of the readings in the lake. */
const prefix = "readings/";

/** S3 states times of objects in whole seconds. */
const second = 1000;

/** The rows of the lake in objects that may have the readings to look up; without such readings, all rows. */
export const rowsOf = ({
  clients,
  outputs,
  readings = [],
}: Pick<Search, "clients" | "outputs" | "readings">): Promise<LakeRow[]> =>
  rowsIn(clients.s3, {
    bucket: outputs.of["iot-to-quicksight"]?.lakeBucket ?? "",
    prefix,
    ...(readings.length > 0 && {
      since: Math.min(...readings.map(({ timestamp }) => timestamp)) - second,
    }),
  });

/** True if both times of a row are the same; queries use the one, the search the other. */
const hasOneTime = (row: LakeRow): boolean =>
  row[readingTime] instanceof Date && row[readingTime].getTime() === Number(row["timestamp"]);

/** Readings in the Parquet objects of the lake, which Firehose writes when its buffer is over: `bufferSeconds` later. */
export const sink: Sink = {
  expects: () => true,
  async stored(search) {
    const rows = await rowsOf(search);
    return new Set(
      rows
        .filter(hasOneTime)
        .map(({ deviceid, timestamp }) =>
          idOf({ deviceId: String(deviceid), timestamp: Number(timestamp) }),
        ),
    );
  },
  sharedFailures: [],
  tables: [],
  keeps: "the rows in the lake",
};
