import { isObject, parseJson } from "../delivery/json";

/**
 * Whether a notification is an alarm's, which the emulator sends past its audit log: it has one text for all protocols. AWS writes
 * the same as prose to mailboxes, in words that it does not publish.
 */
export function isAlarmText(message: string): boolean {
  const read = parseJson(message);
  return isObject(read) && "AlarmName" in read && "NewStateValue" in read;
}
