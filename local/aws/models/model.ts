import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";

/** A member, list element, map key or map value of a shape, and where it is sent. */
export interface Reference {
  shape: string;
  /** The body may be a stream, whose length is unknown. */
  streaming?: boolean;
  /** Is sent as JSON in a header; the client encodes it. */
  jsonvalue?: boolean;
  /** The client fills it in when the caller leaves it out. */
  idempotencyToken?: boolean;
}

/** One data type of a service, as AWS publishes it in botocore's `service-2.json`. */
export interface Shape {
  type: string;
  required?: string[];
  members?: Record<string, Reference>;
  member?: Reference;
  key?: Reference;
  value?: Reference;
  enum?: string[];
  /** A Java regular expression for the whole value, with or without anchors. */
  pattern?: string;
  /** Smallest number, fewest characters, bytes, items or entries. */
  min?: number;
  max?: number;
  /** The value must not appear in a log or an error message. */
  sensitive?: boolean;
  /** Exactly one member is set. */
  union?: boolean;
  document?: boolean;
  eventstream?: boolean;
}

/** The published API of one service. */
export interface ServiceModel {
  metadata: { serviceId: string };
  operations: Record<string, { input?: Reference }>;
  shapes: Record<string, Shape>;
}

/** Folders of botocore that are named neither after the service id with hyphens nor without spaces. */
const folders: Record<string, string> = {
  "CloudWatch Logs": "logs",
  EventBridge: "events",
  "IoT Data Plane": "iot-data",
  SFN: "stepfunctions",
};

const models = new Map<string, ServiceModel>();

/**
 * Reads a service's newest model, once per process (2 to 15 ms each, S3 and IoT the slowest). `service` is the
 * SDK client's `serviceId`, such as `SQS` or `IoT Data Plane`; `botocoreData` is botocore's `data` folder.
 */
export function loadModel(botocoreData: string, service: string): ServiceModel {
  const key = path.join(botocoreData, service);
  const known = models.get(key);
  if (known) return known;
  const file = modelFile(botocoreData, service);
  if (!file) {
    throw new Error(
      `botocore has no API model of the service "${service}" in ${botocoreData}; check the service id and that botocore is installed there.`,
    );
  }
  const model = JSON.parse(zlib.gunzipSync(fs.readFileSync(file)).toString()) as ServiceModel;
  models.set(key, model);
  return model;
}

function modelFile(botocoreData: string, service: string): string | undefined {
  const lower = service.toLowerCase();
  const candidates = [folders[service], lower.replace(/ /g, "-"), lower.replace(/ /g, "")];
  return candidates
    .filter((folder) => folder !== undefined)
    .map((folder) => path.join(botocoreData, folder))
    .filter((folder) => fs.existsSync(folder))
    .flatMap((folder) => versions(folder))
    .find((file) => fs.existsSync(file));
}

/** Newest first: the folders are named by date. */
function versions(folder: string): string[] {
  const dates = fs.readdirSync(folder).sort().reverse();
  return dates.map((date) => path.join(folder, date, "service-2.json.gz"));
}
