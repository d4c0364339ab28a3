import { strFromU8, unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { edgeToIot, EdgeToIot, type EdgeToIotArgs } from "../../components/edge-to-iot";
import type { RecordedResource } from "../../local/program";
import { zipOf } from "../functions/lambda";
import { account, deploy, region, statements, type Made } from "../support/deploy";
import { allow, arns, quarantine, shared, telemetry, writeLogs } from "./support";

const secret = "of-the-tests-and-long-enough-at-that";
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
const none = new Uint8Array();
const distributionType = "aws:cloudfront/distribution:Distribution";

const deployEdge = (
  args: Partial<EdgeToIotArgs> = {},
  config?: Record<string, string>,
): Promise<Made> =>
  deploy(
    () =>
      new EdgeToIot("edge-to-iot", {
        ...shared(),
        admission: { header: { secret } },
        logRegions: ["us-east-1", "eu-west-1"],
        ...args,
      }).outputs,
    {
      config,
      keepsCallbacks: true,
      state: {
        "aws:apigatewayv2/api:Api": {
          apiEndpoint: "https://a1b2c3.execute-api.eu-central-1.amazonaws.com",
        },
        "aws:lambda/function:Function": {
          qualifiedArn: `arn:aws:lambda:us-east-1:${account}:function:guard:1`,
        },
        [distributionType]: { domainName: "d111111abcdef8.cloudfront.net" },
        "aws:apigatewayv2/domainName:DomainName": {
          domainNameConfiguration: { targetDomainName: "target.example.com" },
        },
      },
    },
  );

const certificate = {
  domain: {
    name: "origin.example.com",
    certificateArn: `arn:aws:acm:eu-central-1:${account}:certificate/2`,
    callerAuthorities: "s3://authorities/origin.pem",
  },
  clientCertificateArn: `arn:aws:acm:us-east-1:${account}:certificate/3`,
};

const certificates = {
  domain: {
    name: "ingest.example.com",
    certificateArn: `arn:aws:acm:us-east-1:${account}:certificate/1`,
    callerAuthorities: { bucket: "authorities", key: "devices.pem" },
  },
  admission: { header: { secret }, certificate },
} satisfies Partial<EdgeToIotArgs>;

describe("EdgeToIot", () => {
  let made: Made;
  before(async () => {
    made = await deployEdge();
  });

  it("lets the publisher publish telemetry, remember posts, read the keys and log, and nothing else", () => {
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "edge-to-iot-publisher-role-permissions").policy,
      ),
      [
        writeLogs("edge-to-iot-publisher"),
        allow(
          "PublishTelemetry",
          "iot:Publish",
          `arn:aws:iot:${region}:${account}:topic/devices/*/telemetry`,
        ),
        allow("RememberPosts", "dynamodb:UpdateItem", arns.table("edge-to-iot-posts")),
        allow(
          "ReadKeys",
          "secretsmanager:GetSecretValue",
          `arn:aws:secretsmanager:${region}:${account}:secret:iot-integrations-test-edge-to-iot-keys-??????`,
        ),
      ],
    );
  });

  it("lets the guard log, and nothing else", () => {
    const group = `arn:aws:logs:*:${account}:log-group:/aws/lambda/us-east-1.iot-integrations-test-euc1-edge-to-iot-guard`;
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "edge-to-iot-guard-role-permissions").policy,
      ),
      [
        allow("CreateLogGroup", "logs:CreateLogGroup", group),
        allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${group}:log-stream:*`),
      ],
    );
  });

  it("has a guard in us-east-1 on x86 with 5 s and 128 MB, without environment", () => {
    const { code, description, role, handler, ...settings } = made.only(
      "aws:lambda/function:Function",
      "edge-to-iot-guard",
    );
    assert.ok(code && description && role && handler);
    assert.deepEqual(settings, {
      name: "iot-integrations-test-euc1-edge-to-iot-guard",
      region: "us-east-1",
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      publish: true,
      timeout: 5,
      memorySize: 128,
    });
  });

  it("keeps the guard's logs in each of the regions as long as others", () => {
    const groups = [...made.all("aws:cloudwatch/logGroup:LogGroup").values()];
    assert.deepEqual(
      groups.filter(({ name }) => String(name).startsWith("/aws/lambda/us-east-1.")),
      ["us-east-1", "eu-west-1"].map((own) => ({
        name: "/aws/lambda/us-east-1.iot-integrations-test-euc1-edge-to-iot-guard",
        region: own,
        retentionInDays: 30,
      })),
    );
  });

  it("keeps the guard's logs in the thirteen Regions with regional edge caches unless set otherwise", async () => {
    const everywhere = await deployEdge({ logRegions: [] });
    const groups = [...everywhere.all("aws:cloudwatch/logGroup:LogGroup").values()].filter(
      ({ name }) => String(name).startsWith("/aws/lambda/us-east-1."),
    );
    // California, Ohio, Oregon, Virginia; Dublin, Frankfurt, London; Mumbai, Singapore, Seoul, Tokyo; Sydney; São Paulo.
    // https://aws.amazon.com/cloudfront/features/
    assert.deepEqual(groups.map(({ region: own }) => own).sort(), [
      ...["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
      ...["eu-central-1", "eu-west-1", "eu-west-2", "sa-east-1"],
      ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
    ]);
  });

  it("calls the published version with the body, caches nothing, takes HTTPS only", () => {
    const { defaultCacheBehavior: behaviour, ...others } = made.only(distributionType);
    assert.deepEqual(behaviour, {
      targetOriginId: "origin",
      viewerProtocolPolicy: "https-only",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachedMethods: ["GET", "HEAD"],
      compress: false,
      // CachingDisabled, AllViewerExceptHostHeader, SecurityHeadersPolicy.
      cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      originRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
      lambdaFunctionAssociations: [
        {
          eventType: "origin-request",
          includeBody: true,
          lambdaArn: `arn:aws:lambda:us-east-1:${account}:function:guard:1`,
        },
      ],
    });
    assert.deepEqual(others, {
      comment: "Readings that devices post over HTTPS.",
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      origins: [
        {
          originId: "origin",
          domainName: "a1b2c3.execute-api.eu-central-1.amazonaws.com",
          originPath: "",
          customHeaders: [{ name: "x-origin-secret", value: secret }],
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 30,
          },
        },
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    assert.equal(made.outputs.url, "https://d111111abcdef8.cloudfront.net");
  });

  it("gives the publisher digests of the header's values, and the guard none", async () => {
    const previousSecret = "the-one-before-and-long-enough-too";
    const rotating = await deployEdge({ admission: { header: { secret, previousSecret } } });
    for (const [deployed, expected] of [
      [made, { ORIGIN_DIGESTS: digest(secret) }],
      [rotating, { ORIGIN_DIGESTS: `${digest(secret)},${digest(previousSecret)}` }],
    ] as const) {
      const { environment } = deployed.only(
        "aws:lambda/function:Function",
        "edge-to-iot-publisher",
      );
      assert.deepEqual((environment as { variables: object }).variables, {
        TOPIC_PREFIX: "devices",
        IDENTITY: "token",
        ADMISSION: "header",
        POSTS_TABLE_NAME: "iot-integrations-test-edge-to-iot-posts",
        KEYS_SECRET_NAME: "iot-integrations-test-edge-to-iot-keys",
        AWS_ENDPOINT_URL_IOT_DATA_PLANE: `https://example-ats.iot.${region}.amazonaws.com`,
        ...expected,
      });
      const guard = deployed.resources.find(
        ({ name, custom }) => custom && name === "edge-to-iot-guard",
      );
      const text = strFromU8(
        unzipSync(await zipOf(guard as RecordedResource))["__index.js"] ?? none,
      );
      assert.match(
        text,
        /^Object\.assign\(process\.env, \{"IDENTITY":"token","MOST_BYTES":"16384"\}\);/,
      );
      assert.ok(!text.includes(secret));
    }
  });

  it("has a guard of at most 60 KB, as its page says", async () => {
    const guard = made.resources.find(({ name, custom }) => custom && name === "edge-to-iot-guard");
    const { length } = await zipOf(guard as RecordedResource);
    assert.ok(length <= 60_000, `${length} bytes`);
  });

  it("has one route and a default route to the publisher, which knows callers itself", () => {
    const routes = [...made.all("aws:apigatewayv2/route:Route").values()];
    assert.deepEqual(
      routes.map(({ routeKey, authorizationType }) => [routeKey, authorizationType]),
      [
        ["POST /telemetry", "NONE"],
        ["$default", "NONE"],
      ],
    );
    assert.equal(made.only("aws:apigatewayv2/api:Api").disableExecuteApiEndpoint, undefined);
  });

  it("forgets posts after a day, in a table that is protected unless the stack says otherwise", async () => {
    const table = made.only("aws:dynamodb/table:Table");
    assert.deepEqual(
      [table.hashKey, table.ttl, table.deletionProtectionEnabled],
      ["post", { attributeName: "expiresAt", enabled: true }, true],
    );
    const unprotected = await deployEdge({ deletionProtection: false });
    assert.equal(unprotected.only("aws:dynamodb/table:Table").deletionProtectionEnabled, false);
  });

  it("takes a web ACL", async () => {
    const webAclArn = `arn:aws:wafv2:us-east-1:${account}:global/webacl/acl/1`;
    const { webAclId } = (await deployEdge({ webAclArn })).only(distributionType);
    assert.equal(webAclId, webAclArn);
  });

  it("logs every request unless set otherwise", async () => {
    assert.equal(made.all("aws:cloudwatch/logDelivery:LogDelivery").size, 1);
    assert.equal(edgeToIot.settings.accessLog.default, true);
    const silent = await deployEdge({ accessLog: false });
    assert.equal(silent.all("aws:cloudwatch/logDelivery:LogDelivery").size, 0);
  });

  it("watches server errors by the topic of a stack in us-east-1", async () => {
    const name = "edge-to-iot-distribution-server-errors";
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const own = await deployEdge({}, { "aws:region": "us-east-1" });
    const { region: ownRegion, alarmActions } = own.only(type, name);
    assert.deepEqual([ownRegion, alarmActions], [undefined, [arns.topic("alarms-topic")]]);
    assert.equal(own.all("aws:sns/topic:Topic").size, 1);
    const edgeAlarmsTopicArn = `arn:aws:sns:us-east-1:${account}:edge`;
    const set = await deployEdge({ edgeAlarmsTopicArn }, { "aws:region": "us-east-1" });
    assert.deepEqual(set.only(type, name).alarmActions, [edgeAlarmsTopicArn]);
  });

  it("watches them in us-east-1 wherever the stack is, by a topic there for the recipients of alarms", () => {
    const topicArn = arns.topicIn("us-east-1", "edge-to-iot-alarms-topic");
    const { region: own, alarmActions } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "edge-to-iot-distribution-server-errors",
    );
    assert.deepEqual([own, alarmActions], ["us-east-1", [topicArn]]);
    assert.equal(made.outputs.edgeAlarmsTopicArn, topicArn);
    const regions = [...made.all("aws:sns/topic:Topic").values()].map(({ region: one }) => one);
    assert.deepEqual(regions, [undefined, "us-east-1"]);
  });

  it("watches server errors by a topic that is set, and creates none", async () => {
    const edgeAlarmsTopicArn = `arn:aws:sns:us-east-1:${account}:edge`;
    const watched = await deployEdge({ edgeAlarmsTopicArn });
    assert.equal(watched.outputs.edgeAlarmsTopicArn, edgeAlarmsTopicArn);
    assert.equal(watched.all("aws:sns/topic:Topic").size, 1);
    const { alarmDescription, ...alarm } = watched.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "edge-to-iot-distribution-server-errors",
    );
    assert.match(alarmDescription as string, /^5xxErrorRate of the distribution /);
    assert.deepEqual(alarm, {
      name: "iot-integrations-test-euc1-edge-to-iot-distribution-server-errors",
      region: "us-east-1",
      namespace: "AWS/CloudFront",
      metricName: "5xxErrorRate",
      dimensions: { DistributionId: "edge-to-iot-distribution-id", Region: "Global" },
      statistic: "Average",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [edgeAlarmsTopicArn],
    });
  });

  it("delivers a log of all requests in us-east-1, with the retention of other logs", async () => {
    const logged = await deployEdge({ logRetentionDays: 7 });
    const name = "iot-integrations-test-euc1-edge-to-iot-distribution";
    const common = { name, region: "us-east-1" };
    const group = `/aws/vendedlogs/cloudfront/${name}`;
    assert.deepEqual(
      logged.only("aws:cloudwatch/logGroup:LogGroup", "edge-to-iot-distribution-logs"),
      { name: group, region: "us-east-1", retentionInDays: 7 },
    );
    assert.deepEqual(logged.only("aws:cloudwatch/logDeliverySource:LogDeliverySource"), {
      ...common,
      logType: "ACCESS_LOGS",
      resourceArn: "arn:created:edge-to-iot-distribution",
    });
    assert.deepEqual(logged.only("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"), {
      ...common,
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: `arn:created:${group}` },
    });
    assert.deepEqual(logged.only("aws:cloudwatch/logDelivery:LogDelivery"), {
      region: "us-east-1",
      deliverySourceName: name,
      deliveryDestinationArn: `arn:created:${name}`,
    });
  });

  it("shows the API a certificate without a secret where devices have tokens", async () => {
    const shown = await deployEdge({ admission: { certificate } });
    const [origin] = shown.only(distributionType).origins as [Record<string, unknown>];
    assert.equal(origin.customHeaders, undefined);
    const { environment } = shown.only("aws:lambda/function:Function", "edge-to-iot-publisher");
    const { variables } = environment as { variables: Record<string, string> };
    assert.deepEqual([variables.IDENTITY, variables.ADMISSION], ["token", "certificate"]);
    assert.ok(!("ORIGIN_DIGESTS" in variables));
  });

  it("takes no subjects of certificates from an API that any holder of a certificate can call", async () => {
    await assert.rejects(
      deployEdge({ ...certificates, admission: { certificate } }),
      /give its admission a header with a secret/,
    );
  });

  describe("with certificates in place of tokens", () => {
    before(async () => {
      made = await deployEdge(certificates);
    });

    it("asks devices for certificates, over HTTP/2 and TLS 1.2", () => {
      const { httpVersion, viewerMtlsConfig, viewerCertificate, aliases } =
        made.only(distributionType);
      assert.deepEqual(
        { httpVersion, viewerMtlsConfig, viewerCertificate, aliases },
        {
          httpVersion: "http2",
          viewerMtlsConfig: {
            mode: "required",
            trustStoreConfig: {
              trustStoreId: "iot-integrations-test-euc1-edge-to-iot-distribution-authorities-id",
            },
          },
          viewerCertificate: {
            acmCertificateArn: certificates.domain.certificateArn,
            sslSupportMethod: "sni-only",
            minimumProtocolVersion: "TLSv1.2_2021",
          },
          aliases: ["ingest.example.com"],
        },
      );
      const { caCertificatesBundleSource } = made.only("aws:cloudfront/trustStore:TrustStore");
      assert.deepEqual(caCertificatesBundleSource, {
        caCertificatesBundleS3Location: { bucket: "authorities", key: "devices.pem", region },
      });
      assert.equal(made.outputs.url, "https://ingest.example.com");
    });

    it("passes on what CloudFront says of the certificate, and no other header of the viewer's", () => {
      const { headersConfig } = made.only("aws:cloudfront/originRequestPolicy:OriginRequestPolicy");
      assert.deepEqual(headersConfig, {
        headerBehavior: "whitelist",
        headers: {
          items: ["content-type", "idempotency-key", "CloudFront-Viewer-Cert-Subject"],
        },
      });
    });

    it("shows the API a certificate and sends it the secret, and the API has no other address", () => {
      const [origin] = made.only(distributionType).origins as [Record<string, unknown>];
      assert.deepEqual(
        [origin.domainName, origin.customHeaders],
        ["origin.example.com", [{ name: "x-origin-secret", value: secret }]],
      );
      const { originMtlsConfig } = origin.customOriginConfig as { originMtlsConfig: object };
      assert.deepEqual(originMtlsConfig, {
        clientCertificateArn: certificate.clientCertificateArn,
      });
      assert.equal(made.only("aws:apigatewayv2/api:Api").disableExecuteApiEndpoint, true);
      const domain = made.only("aws:apigatewayv2/domainName:DomainName");
      assert.deepEqual(domain.mutualTlsAuthentication, {
        truststoreUri: "s3://authorities/origin.pem",
      });
      assert.equal(made.outputs.apiDomainTarget, "target.example.com");
      const { environment } = made.only("aws:lambda/function:Function", "edge-to-iot-publisher");
      const { variables } = environment as { variables: Record<string, string> };
      assert.deepEqual([variables.IDENTITY, variables.ADMISSION], ["certificate", "header"]);
      assert.equal(variables.ORIGIN_DIGESTS, digest(secret));
      assert.ok(!("KEYS_SECRET_NAME" in variables));
      assert.equal(made.all("aws:secretsmanager/secret:Secret").size, 0);
    });
  });

  describe("settings", () => {
    const values = (changes: object) =>
      ({ originSecret: secret, ...changes }) as unknown as Parameters<
        NonNullable<typeof edgeToIot.check>
      >[0];
    const ofOrigin = {
      ...{ originDomain: "b.example.com", originCertificateArn: "arn" },
      ...{ originAuthorities: "s3://bucket/origin.pem", originClientCertificateArn: "arn" },
    };
    const ofDevices = {
      ...{ domainName: "a.example.com", certificateArn: "arn" },
      deviceAuthorities: "s3://bucket/devices.pem",
    };
    const refusals: [object, string][] = [
      [{ originSecret: undefined }, "originSecret"],
      [{ domainName: "a.example.com" }, "certificateArn"],
      [{ certificateArn: "arn" }, "domainName"],
      [{ deviceAuthorities: "s3://bucket/key" }, "domainName"],
      [{ originDomain: "a.example.com" }, "originCertificateArn"],
      [{ originDomain: "a.example.com", originCertificateArn: "arn" }, "originAuthorities"],
      [{ ...ofOrigin, ...ofDevices, originSecret: undefined }, "originSecret"],
      [{ ...ofOrigin, originSecret: undefined, previousOriginSecret: secret }, "originSecret"],
      [{ originCertificateArn: "arn" }, "originDomain"],
      [{ originAuthorities: "s3://bucket/key" }, "originDomain"],
      [{ originClientCertificateArn: "arn" }, "originDomain"],
    ];
    for (const [changes, key] of refusals)
      it(`asks for ${key} with ${JSON.stringify(changes)}`, () => {
        const refusal = edgeToIot.check?.(values(changes));
        assert.deepEqual([refusal?.key, refusal?.wrong], [key, "is missing"]);
      });

    it("refuses one authority for devices and for the distribution", () => {
      const { deviceAuthorities: originAuthorities } = ofDevices;
      const refusal = edgeToIot.check?.(values({ ...ofOrigin, ...ofDevices, originAuthorities }));
      assert.deepEqual(
        [refusal?.key, refusal?.wrong],
        ["originAuthorities", "is deviceAuthorities"],
      );
    });

    it("accepts the header, the certificate of the distribution, and both", () => {
      const { deviceAuthorities: _, ...ownName } = ofDevices;
      for (const whole of [
        {},
        ofDevices,
        ofOrigin,
        { ...ofOrigin, ...ownName, originSecret: undefined },
        { ...ofOrigin, ...ofDevices, previousOriginSecret: secret },
      ])
        assert.equal(edgeToIot.check?.(values(whole)), undefined);
    });

    it("gives the component both ways by which the API knows the distribution", async () => {
      const both = await deploy(() => {
        const common = { ...shared(), logRetentionDays: 30, deletionProtection: true };
        const stack = {
          ...common,
          telemetry: () => telemetry(common.alarms),
          quarantine: () => quarantine(common.alarms),
        };
        const own = { ...values(ofOrigin), logRegions: [], accessLog: true };
        return edgeToIot.create("edge-to-iot", stack, own, {}).outputs;
      });
      const [origin] = both.only(distributionType).origins as [
        { customHeaders: object; customOriginConfig: { originMtlsConfig: object } },
      ];
      assert.deepEqual(
        [origin.customHeaders, origin.customOriginConfig.originMtlsConfig],
        [[{ name: "x-origin-secret", value: secret }], { clientCertificateArn: "arn" }],
      );
    });
  });
});
