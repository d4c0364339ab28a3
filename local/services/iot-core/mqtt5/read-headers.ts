import { propertiesFault } from "../limits";
import { grantExpiry, type Headers } from "./headers";
import type { UserProperty } from "./user-properties";

/** The MQTT 5 headers of a republish action or of a request to the data endpoint, as texts. */
export interface HeaderTexts {
  payloadFormatIndicator?: string;
  contentType?: string;
  responseTopic?: string;
  /** In base64. */
  correlationData?: string;
  /** In seconds. */
  messageExpiry?: string;
  userProperties?: readonly UserProperty[];
}

/**
 * Reads headers; the fault says in one sentence what is wrong with them.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
 */
export function readHeaders(texts: HeaderTexts): { headers: Headers; fault?: string } {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData } = texts;
  const { messageExpiry, userProperties = [] } = texts;
  const mqttProperties: Headers["mqttProperties"] = {
    ...(isFormat(payloadFormatIndicator) && { payloadFormatIndicator }),
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && {
      correlationData: Buffer.from(correlationData, "base64"),
    }),
  };
  const headers: Headers = {
    ...(Object.keys(mqttProperties).length > 0 && { mqttProperties }),
    ...(userProperties.length > 0 && { userProperties }),
    ...(messageExpiry !== undefined && { messageExpiry: grantExpiry(Number(messageExpiry)) }),
  };
  return { headers, fault: faultIn(texts) };
}

const isFormat = (text: string | undefined): text is "UNSPECIFIED_BYTES" | "UTF8_DATA" =>
  text === "UNSPECIFIED_BYTES" || text === "UTF8_DATA";

function faultIn({
  payloadFormatIndicator,
  contentType,
  responseTopic,
  correlationData,
  messageExpiry,
  userProperties,
}: HeaderTexts): string | undefined {
  if (payloadFormatIndicator !== undefined && !isFormat(payloadFormatIndicator))
    return `The payload format indicator is UNSPECIFIED_BYTES or UTF8_DATA, not '${payloadFormatIndicator}'.`;
  if (responseTopic !== undefined && /[+#]/.test(responseTopic))
    return `The response topic '${responseTopic}' has a wildcard.`;
  if (correlationData !== undefined && !isBase64(correlationData))
    return `The correlation data '${correlationData}' is not in base64.`;
  if (messageExpiry !== undefined && !/^\d+$/.test(messageExpiry))
    return `The message expiry '${messageExpiry}' is not a number of seconds.`;
  return propertiesFault({
    contentType,
    correlationData: Buffer.from(correlationData ?? "", "base64"),
    userProperties,
  });
}

const isBase64 = (text: string): boolean => Buffer.from(text, "base64").toString("base64") === text;
