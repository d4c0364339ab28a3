import type { InboundMessage } from "../../../iot-sql";

type Known = "clientId" | "principal" | "accountId" | "sourceIp" | "timestamp";

/** A message as rules receive it; only the MQTT 5 properties and the trace id may be missing. */
export type RuleMessage = InboundMessage & Required<Pick<InboundMessage, Known>>;
