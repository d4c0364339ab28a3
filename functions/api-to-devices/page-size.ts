import type { Item } from "./tables";

/**
 * Bytes of the items of a response, as the JSON text inside the JSON that Lambda returns. Lambda refuses a response of more than 6 MB,
 * and a compressed body is encoded in Base64, which makes it a third longer: 4 MiB fit in both forms.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const mostBytes = 4 * 1024 * 1024;

/** The first items that fit into a response, and at least one, since an item of a table has at most 400 KB. */
export function fitting(items: Item[]): Item[] {
  let bytes = 0;
  const beyond = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index > 0 && bytes > mostBytes;
  });
  return beyond === -1 ? items : items.slice(0, beyond);
}

/** With the comma. JSON in JSON writes a control character in seven bytes. */
const bytesOf = (item: Item): number => Buffer.byteLength(JSON.stringify(JSON.stringify(item))) + 1;
