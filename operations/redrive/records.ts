import { fromDatadogLogs } from "./datadog-logs";
import { objectIn } from "./json";
import { fromReadings, unknown, type Originals, type Unknown } from "./originals";
import { fromSplunkEvents } from "./splunk-events";

/**
 * Reads the records of a stream or of a delivery stream: each an envelope of this project, each an event that Splunk has not
 * acknowledged, or each a log that Datadog has not accepted.
 */
export const understandRecords = (
  texts: readonly string[],
  topicPrefix: string,
): Originals | Unknown =>
  fromReadings(texts.map(objectIn), topicPrefix) ??
  fromSplunkEvents(texts.map(objectIn), topicPrefix) ??
  fromDatadogLogs(texts.map(objectIn), topicPrefix) ??
  unknown("its records are not all device messages with their envelope");
