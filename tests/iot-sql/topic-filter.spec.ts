import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { checkTopicFilter, topicMatches } from "../../iot-sql";

describe("iot-sql topic filters", () => {
  describe("topicMatches", () => {
    const rows: readonly [filter: string, topic: string, matches: boolean][] = [
      ["a/b", "a/b", true],
      ["a/b", "a/B", false],
      ["a/b", "a/b/c", false],
      ["a/b", "a", false],
      ["sensor/#", "sensor", false],
      ["sensor/#", "sensor/", true],
      ["sensor/#", "sensor/temperature", true],
      ["sensor/#", "sensor/temperature/room1", true],
      ["sensor/#", "Sensor/x", false],
      ["sensor/+/room1", "sensor/temperature/room1", true],
      ["sensor/+/room1", "sensor//room1", true],
      ["sensor/+/room1", "sensor/temperature/room2", false],
      ["sensor/+", "sensor", false],
      ["+/+", "a/b", true],
      ["+", "/", false],
      ["#", "a", true],
      ["#", "a/b/c", true],
      ["+/a/#", "x/a/b", true],
      ["+/a/#", "x/a", false],
      ["#", "$aws/things/t/shadow/update", false],
      ["+/things/#", "$aws/things/t/shadow/update", false],
      ["$aws/things/+/shadow/#", "$aws/things/t/shadow/update", true],
      ["$aws/#", "$aws/rules/r/a", false],
      ["a/#", "$aws/rules/r/a/b", false],
      ["/#", "/a", true],
      ["a/+/b", "a/constructor/b", true],
    ];
    for (const [filter, topic, matches] of rows) {
      it(`'${filter}' ${matches ? "matches" : "does not match"} '${topic}'`, () => {
        assert.equal(topicMatches(filter, topic), matches);
      });
    }

    it("agrees with a regular expression made of the filter", () => {
      const level = fc.constantFrom("", "a", "b", "$x", "+", "a.b");
      const filters = fc
        .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
        .map(([levels, open]) => [...levels, ...(open ? ["#"] : [])].join("/"));
      const topics = fc
        .array(fc.constantFrom("", "a", "b", "$x", "a.b", "axb"), { minLength: 1, maxLength: 5 })
        .map((levels) => levels.join("/"));
      fc.assert(
        fc.property(fc.oneof(filters, fc.constant("#")), topics, (filter, topic) => {
          const source = filter
            .replace(/[.$]/g, "\\$&")
            .replace(/(^|\/)\+(?=\/|$)/g, "$1[^/]*")
            .replace(/#$/, ".*");
          const reserved = topic.startsWith("$") && /^[+#]/.test(filter);
          const expected = !reserved && new RegExp(`^${source}$`).test(topic);
          assert.equal(topicMatches(filter, topic), expected, `${filter} ${topic}`);
        }),
        { numRuns: 500 },
      );
    });
  });

  describe("checkTopicFilter", () => {
    const rows: readonly [filter: string, reason: string | undefined][] = [
      ["a/b", undefined],
      ["#", undefined],
      ["+/+/#", undefined],
      ["/", undefined],
      ["a/b/c/d/e/f/g/h", undefined],
      ["$aws/things/+/shadow/name/+/update/documents", undefined],
      ["", "it is empty"],
      ["a\0b", "it has a null character"],
      ["é".repeat(128), undefined],
      ["é".repeat(129), "it is longer than 256 bytes"],
      ["a/b/c/d/e/f/g/h/i", "it has more than 8 levels"],
      ["a+/b", "'+' must stand alone in its level"],
      ["a/++", "'+' must stand alone in its level"],
      ["a/#/b", "'#' must stand alone in the last level"],
      ["a/b#", "'#' must stand alone in the last level"],
      ["##", "'#' must stand alone in the last level"],
      ["$aws/rules/r/#", "nothing can subscribe to $aws/rules/ topics"],
    ];
    for (const [filter, reason] of rows) {
      const shown = JSON.stringify(filter.slice(0, 50));
      it(`says ${reason === undefined ? "nothing" : `"${reason}"`} about ${shown}`, () => {
        assert.equal(checkTopicFilter(filter), reason);
      });
    }
  });
});
