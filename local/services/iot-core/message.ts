import type { InboundMessage } from "../../../iot-sql";

type Known = "clientId" | "principal" | "accountId" | "sourceIp" | "timestamp";

/** A message as rules get it: of what statements can read, only what MQTT 5 adds and the trace id may be missing. */
export type RuleMessage = InboundMessage & Required<Pick<InboundMessage, Known>>;
