import { isObject, parseJson } from "../delivery/json";

/**
 * Returns whether a notification is an alarm's. The emulator sends those past its audit log; they have one text for all protocols. AWS
 * writes mails about alarms as prose that it does not document.
 */
export function isAlarmText(message: string): boolean {
  const read = parseJson(message);
  return isObject(read) && "AlarmName" in read && "NewStateValue" in read;
}
