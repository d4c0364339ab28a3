import { randomUUID } from "node:crypto";
import { topicLevels } from "../message";
import { toInt } from "../values";
import { type FunctionTable, ofMessage, type SqlFunction } from "./function";

// topic() is the whole topic, topic(n) its n-th level from 1; a level that is not there is
// Undefined.
const topic: SqlFunction = {
  least: 0,
  most: 1,
  prepare: (_, [level]) => {
    if (!level) return ({ message }) => topicLevels(message.topic).join("/");
    return (scope) => {
      const number = toInt(level(scope));
      return number === undefined ? undefined : topicLevels(scope.message.topic)[number - 1];
    };
  },
};

/** What a statement can learn about the message beside its payload (page `iot-sql-functions`). */
export const MESSAGE_FUNCTIONS: FunctionTable = {
  topic,
  accountid: ofMessage((message) => message.accountId),
  clientid: ofMessage((message) => message.clientId),
  newuuid: ofMessage(() => randomUUID()),
  principal: ofMessage((message) => message.principal),
  sourceip: ofMessage((message) => message.sourceIp),
  timestamp: ofMessage((message) => message.now),
  traceid: ofMessage((message) => message.traceId || undefined),
};
