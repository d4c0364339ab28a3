import * as assert from "node:assert/strict";
import { edgeEvent } from "../../../../local/services/cloudfront/edge-event";
import { readResult } from "../../../../local/services/cloudfront/edge-result";
import type { RequestEvent } from "../../../../local/services/cloudfront/limits";

const origin = {
  domainName: "api.example.com",
  path: "/stage",
  customHeaders: [{ name: "X-Origin-Secret", value: "secret" }],
};

const eventOf = (
  viewer: { method?: string; target?: string; rawHeaders?: string[]; body?: Buffer } = {},
  args: { eventType?: RequestEvent; includeBody?: boolean } = {},
) => {
  const [record] = edgeEvent(
    {
      ...{ method: "POST", target: "/telemetry?a=1?b", rawHeaders: [], body: Buffer.from("body") },
      ...{ clientIp: "203.0.113.1", ...viewer },
    },
    {
      ...{ eventType: "origin-request", includeBody: true, origin },
      distribution: { id: "E1", domainName: "d1.cloudfront.net" },
      ...args,
    },
  ).Records;
  assert.ok(record);
  return record.cf;
};

describe("The event of a function at the edge", () => {
  it("has the request, the body in Base64 and the origin with its headers", () => {
    const { config, request } = eventOf({ rawHeaders: ["Content-Type", "text/plain"] });
    const { requestId, ...others } = config;
    assert.match(requestId, /^[\w-]{36}$/);
    assert.deepEqual(others, {
      distributionDomainName: "d1.cloudfront.net",
      distributionId: "E1",
      eventType: "origin-request",
    });
    assert.deepEqual([request.uri, request.querystring], ["/telemetry", "a=1?b"]);
    assert.deepEqual(request.body, {
      inputTruncated: false,
      action: "read-only",
      encoding: "base64",
      data: Buffer.from("body").toString("base64"),
    });
    assert.deepEqual(request.origin?.custom?.customHeaders, {
      "x-origin-secret": [{ key: "X-Origin-Secret", value: "secret" }],
    });
    assert.deepEqual(request.headers["content-type"], [
      { key: "Content-Type", value: "text/plain" },
    ]);
    assert.deepEqual(request.headers.host, [{ key: "Host", value: "api.example.com" }]);
  });

  it("has no body unless the behaviour includes it", () =>
    assert.equal(eventOf({}, { includeBody: false }).request.body, undefined));

  for (const [eventType, most] of [
    ["viewer-request", 40 * 1024],
    ["origin-request", 1024 * 1024],
  ] as const)
    it(`has ${most} bytes of the body at ${eventType}`, () => {
      for (const [bytes, isCut] of [
        [most, false],
        [most + 1, true],
      ] as const) {
        const { body } = eventOf({ body: Buffer.alloc(bytes, "x") }, { eventType }).request;
        assert.equal(Buffer.from(body?.data ?? "", "base64").length, most);
        assert.equal(body?.inputTruncated, isCut);
      }
    });

  it("leaves out headers that functions do not see, and what viewers say in CloudFront's name", () => {
    const hidden = [
      ...["Connection", "Expect", "Keep-Alive", "Proxy-Authorization", "Trailer", "Upgrade"],
      ...["X-Accel-Redirect", "X-Amz-Cf-Id", "X-Amzn-Trace-Id", "X-Cache", "X-Edge-Location"],
      ...["X-Forwarded-Proto", "X-Real-IP", "CloudFront-Viewer-Cert-Subject"],
    ];
    const { headers } = eventOf({ rawHeaders: hidden.flatMap((name) => [name, "x"]) }).request;
    assert.deepEqual(Object.keys(headers).sort(), ["host", "via", "x-forwarded-for"]);
  });

  it("has every value of a header that was sent several times", () => {
    const rawHeaders = ["Authorization", "Bearer a", "authorization", "Bearer b"];
    assert.deepEqual(
      eventOf({ rawHeaders }).request.headers.authorization?.map(({ value }) => value),
      ["Bearer a", "Bearer b"],
    );
    for (const method of ["GET", "HEAD", "OPTIONS"])
      assert.equal(eventOf({ method, rawHeaders }).request.headers.authorization, undefined);
  });
});

describe("The result of a function at the edge", () => {
  const asked = (rawHeaders = ["Content-Length", "4"]) => {
    const { request } = eventOf({ rawHeaders });
    return { request, body: Buffer.from("body") };
  };
  const read = (change: (request: ReturnType<typeof asked>["request"]) => unknown) => {
    const given = asked();
    return readResult(change(structuredClone(given.request)) as never, given, "origin-request");
  };

  it("goes on to the origin with the whole body, or with the one that replaces it", () => {
    const kept = read((request) => request);
    assert.ok(kept.kind === "forward" && kept.body.toString() === "body");
    for (const [encoding, data] of [
      ["base64", Buffer.from("other").toString("base64")],
      ["text", "other"],
    ]) {
      const next = read((request) => ({ ...request, body: { action: "replace", encoding, data } }));
      assert.ok(next.kind === "forward" && next.body.toString() === "other");
    }
  });

  it("is answered in place of the origin", () => {
    const headers = { allow: [{ key: "Allow", value: "POST" }] };
    assert.deepEqual(
      read(() => ({ status: "405", headers, body: "no" })),
      { kind: "respond", status: 405, headers: [["Allow", "POST"]], body: Buffer.from("no") },
    );
  });

  const value = (name: string, given: unknown = "x") => ({ [name]: [{ key: name, value: given }] });
  const invalid: [string, (request: ReturnType<typeof asked>["request"]) => unknown, RegExp][] = [
    ["nothing", () => null, /neither a request nor a response/],
    ["a text", () => "text", /neither a request nor a response/],
    ["a status that is none", () => ({ status: "OK" }), /status is "OK"/],
    ["an unknown encoding", () => ({ status: "200", bodyEncoding: "gzip" }), /bodyEncoding/],
    [
      "a response of more than 1 MB",
      () => ({ status: "200", body: "x".repeat(1024 * 1024 + 1) }),
      /1048577 bytes/,
    ],
    ["a header in capitals", () => ({ status: "200", headers: value("Allow") }), /lower case/],
    ["a forbidden header", () => ({ status: "200", headers: value("x-edge-a") }), /not allowed/],
    [
      "a number as a header",
      () => ({ status: "200", headers: value("a", 1) }),
      /invalid key or value/,
    ],
    ["another method", (request) => ({ ...request, method: "GET" }), /changed the method/],
    ["a relative path", (request) => ({ ...request, uri: "x" }), /uri is "x"/],
    [
      "another content length",
      (request) => ({
        ...request,
        headers: { ...request.headers, ...value("content-length", "5") },
      }),
      /changed the header content-length/,
    ],
    [
      "a request with a forbidden header",
      (request) => ({ ...request, headers: { ...request.headers, ...value("connection") } }),
      /connection is not allowed/,
    ],
  ];
  for (const [what, change, reason] of invalid)
    it(`is invalid if it is ${what}`, () => {
      const next = read(change);
      assert.ok(next.kind === "invalid");
      assert.match(next.reason, reason);
    });
});
