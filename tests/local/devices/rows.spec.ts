import * as assert from "node:assert/strict";
import { readRows } from "../../../local/devices/rows";
import { collect, createRecordings } from "./recordings";

describe("the rows of a recording", () => {
  const recordings = createRecordings();
  after(() => recordings.remove());
  const rowsOf = (content: string | Uint8Array, name = "rows.txt") =>
    collect(readRows(recordings.write(name, content)));

  const two = [
    { line: 2, values: { id: "a", temp: "1.5" }, isText: true },
    { line: 3, values: { id: "b", temp: "" }, isText: true },
  ];
  for (const [what, delimiter] of [
    ["commas", ","],
    ["semicolons", ";"],
    ["tabs", "\t"],
    ["vertical bars", "|"],
  ] as const)
    it(`come from CSV with ${what}`, async () => {
      const text = ["id,temp", "a,1.5", "b,"].join("\n").replaceAll(",", delimiter);
      assert.deepEqual(await rowsOf(text), two);
    });

  it("come from CSV as spreadsheets write it: byte order mark, CRLF, quotes, blanks, empty lines", async () => {
    const [first] = await rowsOf('\uFEFFid , temp\r\n\r\n a ,"say ""1,5"""\r\n');
    assert.deepEqual(first?.values, { id: "a", temp: 'say "1,5"' });
  });

  it("are refused if two columns have one name, which may be empty", async () => {
    await assert.rejects(rowsOf("id,temp, temp\na,1,2\n", "twice.csv"), {
      message:
        "twice.csv has several columns 'temp': rename all but the one that is to be replayed.",
    });
    assert.equal((await rowsOf("id,,\na,1,2\n")).length, 1);
  });

  it("may be too short, and then miss what they miss", async () => {
    assert.deepEqual(
      (await rowsOf("id,temp,rh\na,1\n")).map(({ values }) => values),
      [{ id: "a", temp: "1" }],
    );
  });

  it("come from JSON lines as they are, past blank ones", async () => {
    const rows = await rowsOf('\n{"id":"a","temp":1.5}\r\n\n{"id":7}\n');
    assert.deepEqual(rows, [
      { line: 2, values: { id: "a", temp: 1.5 }, isText: false },
      { line: 4, values: { id: 7 }, isText: false },
    ]);
  });

  it("come from a file that begins with a byte order mark", async () => {
    const rows = await rowsOf('\uFEFF{"id":"a"}');
    assert.deepEqual(rows, [{ line: 1, values: { id: "a" }, isText: false }]);
  });

  it("are not read into memory together", async () => {
    const file = recordings.write("long.jsonl", '{"id":1}\n'.repeat(200_000));
    for await (const { line } of readRows(file)) if (line === 3) return;
    assert.fail("There are three rows.");
  });

  it("come from JSON lines with each kind of line break, wherever a chunk of the file ends", async () => {
    // A file is read in chunks of 64 KiB.
    for (const rest of [-2, -1, 0, 1]) {
      const long = `{"a":"${"x".repeat(65_536 - 8 + rest)}"}`;
      for (const end of ["\n", "\r\n", "\r"])
        assert.deepEqual(
          (await rowsOf(`${long}${end}{"b":1}${end}${end}{"c":2}${end}`)).map(({ line }) => line),
          [1, 2, 4],
        );
    }
  });

  it("are not read into memory as one line of any length", async () => {
    const megabyte = "x".repeat(1024 * 1024);
    const message = (line: number): string =>
      `rows.txt, line ${line}, has more than 1,048,576 characters; give one reading a line.`;
    await assert.rejects(rowsOf(megabyte.repeat(3)), { message: message(1) });
    await assert.rejects(rowsOf(`{"a":1}\n\n{"a":"${megabyte}"}\n`), { message: message(3) });
    await assert.rejects(rowsOf(`id,temp\na,1\nb,2\nc,${megabyte}x\nd,3\n`), {
      message: message(4),
    });
    await assert.rejects(rowsOf(`id,temp\na,1\nb,2\nc,"${"x\n".repeat(1024 * 1024)}"\n`), {
      message:
        /^rows\.txt, line \d+, has more than 1,048,576 characters; give one reading a line\.$/,
    });
  });

  const refused: [what: string, content: string, message: string | RegExp][] = [
    ["nothing", "\n \n", "rows.txt is empty; give a file with recorded readings."],
    ["a JSON array", '[{"a":1}]', "rows.txt is a JSON array; give one JSON object a line."],
    [
      "an object over lines",
      '{\n"a":1\n}',
      "rows.txt spreads a JSON object over lines; give one JSON object a line.",
    ],
    [
      "a line that is no object",
      '{"a":1}\n7\n',
      "rows.txt, line 2, is not a JSON object; correct it.",
    ],
    ["a line cut off", '{"a":1}\n{"a"', "rows.txt, line 2, is not a JSON object; correct it."],
    [
      "a quote that does not end",
      'id,temp\n"a,1\n',
      /^rows\.txt is not CSV: Quote Not Closed.*\.$/,
    ],
  ];
  for (const [what, content, message] of refused)
    it(`refuse ${what} in one sentence`, () => assert.rejects(rowsOf(content), { message }));

  it("refuse a file that is not there", async () => {
    await assert.rejects(collect(readRows("/nowhere/a.csv")), {
      message: "/nowhere/a.csv cannot be read (ENOENT); give a file by --replay.",
    });
  });

  it("refuse a folder", async () => {
    await assert.rejects(collect(readRows(__dirname)), {
      message: `${__dirname} cannot be read (EISDIR); give a file by --replay.`,
    });
  });
});
