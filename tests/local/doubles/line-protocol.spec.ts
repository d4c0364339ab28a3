import * as assert from "node:assert/strict";
import { parseLines } from "../../../local/doubles/influxdb/line-protocol";

const problem = (line: string): string => {
  const [parsed] = parseLines(line);
  assert.ok(parsed && !parsed.ok, `It accepts ${line}`);
  return parsed.message;
};

describe("The strict parser of the line protocol", () => {
  it("reads every type of field", () => {
    const [parsed] = parseLines('t,a=1 f=1,g=-1.5e-7,i=-3i,u=3u,b=T,c=false,s="x, y=\\"z\\"" -5');
    assert.deepEqual(parsed?.ok && parsed.point, {
      table: "t",
      tags: { a: "1" },
      fields: {
        f: { type: "float", value: 1 },
        g: { type: "float", value: -1.5e-7 },
        i: { type: "integer", value: -3n },
        u: { type: "unsigned", value: 3n },
        b: { type: "boolean", value: true },
        c: { type: "boolean", value: false },
        s: { type: "string", value: 'x, y="z"' },
      },
      time: -5n,
    });
  });

  it("counts a text with a line break as one line", () => {
    const lines = parseLines('t s="a\nb" 1\n\n# remark\nt f=bad 2\nt f=1 3');
    assert.deepEqual(
      lines.map(({ ok }) => ok),
      [true, false, true],
    );
  });

  for (const [line, reason] of Object.entries({
    "t,a= f=1 1": "no value of the tag a at character 5",
    "t,a=1,a=2 f=1 1": "a occurs twice",
    "t f=1,f=2 1": "f occurs twice",
    t: "no fields at character 2",
    "t f=1": "no time at character 6",
    "t  f=1 1": "no field name at character 3",
    "t f= 1": '"" is no value of a field',
    "t f=1.  1": '"1." is no value of a field',
    "t f=NaN 1": '"NaN" is no value of a field',
    "t f=ok 1": '"ok" is no value of a field',
    "t f=9223372036854775808i 1": "9223372036854775808i is beyond 64 bits",
    "t f=1 1.5": "the time 1.5 is no 64-bit integer",
    "t f=1 9223372036854775808": "the time 9223372036854775808 is no 64-bit integer",
    't f="x 1': "a text without its closing quotation mark",
    "t,a=b=c f=1 1": "no fields at character 6",
    ",a=1 f=1 1": "no table at character 1",
  }))
    it(`refuses ${line}`, () => assert.equal(problem(line), reason));
});
