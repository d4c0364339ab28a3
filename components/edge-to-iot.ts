import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  createHandler as createGuard,
  readSettings as readGuardSettings,
} from "../functions/edge-to-iot/guard";
import { originDigest } from "../functions/edge-to-iot/origin-digest";
import { createHandler, readSettings } from "../functions/edge-to-iot/publisher";
import { headers, path } from "../functions/edge-to-iot/request";
import type { AlarmTarget } from "./parts/alarm";
import { dataPlane } from "./parts/data-plane";
import { Distribution, type DistributionDomain, type S3Place } from "./parts/distribution";
import {
  logRequests,
  regionOfDistributions,
  watchDistribution,
} from "./parts/distribution-monitoring";
import { EdgeFunction } from "./parts/edge-function";
import { HttpApi, type ApiDomain } from "./parts/http-api";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, otherRegion } from "./parts/names";
import { OperatorSecret } from "./parts/operator-secret";
import { allow } from "./parts/policy-document";
import { flag, texts, wholeNumber } from "./parts/settings/json-kinds";
import { optionalSecretText, optionalText } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { Table } from "./parts/table";

/** A header with a secret that the distribution sends. */
export interface OriginHeader {
  secret: pulumi.Input<string>;
  /** Taken as well while the distribution learns the new one. @default none */
  previousSecret?: pulumi.Input<string>;
}

/** A certificate that the distribution shows. */
export interface OriginCertificate {
  domain: ApiDomain;
  clientCertificateArn: string;
}

/** By which the API knows the distribution: one of the two, or both. */
export type OriginAdmission =
  | { header: OriginHeader; certificate?: OriginCertificate }
  | { header?: undefined; certificate: OriginCertificate };

export interface EdgeToIotArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** With the header, if devices show certificates. */
  admission: OriginAdmission;
  /** A name of the distribution's own. Devices show certificates if it has their authorities, and tokens otherwise. @default CloudFront's name */
  domain?: DistributionDomain;
  alarms: AlarmTarget;
  /** @default that of the setting */
  longestBodyBytes?: number;
  /** @default that of the setting */
  requestsPerSecond?: number;
  /** Regions in which the log of the function at the edge has a retention. @default those with regional edge caches */
  logRegions?: string[];
  /** @default none */
  webAclArn?: string;
  /** A topic in us-east-1 for the alarm on server errors of the distribution. @default one of `alarms`, with the same recipients */
  edgeAlarmsTopicArn?: string;
  /** Logs every request to the distribution. @default true */
  accessLog?: boolean;
  /** @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const isArnOf = (service: string) => (text: string) =>
  new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:\\S+$`).test(text);
const isDomain = (text: string): boolean =>
  /^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(text);
const s3Uri = /^s3:\/\/([a-z0-9.-]{3,63})\/(\S{1,1024})$/;

const settings = {
  originSecret: optionalSecretText({
    type: "32 to 256 letters, digits, '_' and '-', by `pulumi config set --secret`",
    fits: (secret) => /^[A-Za-z0-9_-]{32,256}$/.test(secret),
    description:
      "The value of the header by which the API knows the distribution. Required without originDomain, and with deviceAuthorities.",
  }),
  previousOriginSecret: optionalSecretText({
    type: "the value of originSecret before",
    fits: (secret) => /^[A-Za-z0-9_-]{32,256}$/.test(secret),
    description: "The value before, which the API takes as well while the new one is deployed.",
  }),
  longestBodyBytes: wholeNumber({
    // AWS IoT takes 128 KiB: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
    ...{ from: 1024, to: 131_072, default: 16_384 },
    description: "Bytes of the longest body that is not refused with 413.",
  }),
  requestsPerSecond: wholeNumber({
    ...{ from: 1, to: 10_000, default: 100 },
    description: "Requests per second that the API takes, over all devices; more get 429.",
  }),
  domainName: optionalText({
    ...{ type: "the name of a host", fits: isDomain },
    description: "A name of your own for the distribution. Without it, CloudFront gives one.",
  }),
  certificateArn: optionalText({
    ...{ type: "the ARN of an ACM certificate in us-east-1" },
    fits: (text) => isArnOf("acm")(text) && text.includes(":us-east-1:"),
    description: "The certificate of domainName. Required with it.",
  }),
  deviceAuthorities: optionalText({
    ...{ type: "an s3://bucket/key", fits: (text) => s3Uri.test(text) },
    description:
      "PEM file of the authorities of devices' certificates, which replace tokens. Requires domainName and originSecret.",
  }),
  originDomain: optionalText({
    ...{ type: "the name of a host", fits: isDomain },
    description:
      "A name of your own for the API, which then admits the distribution by its certificate, beside originSecret or in place of it.",
  }),
  originCertificateArn: optionalText({
    ...{ type: "the ARN of an ACM certificate", fits: isArnOf("acm") },
    description: "The certificate of originDomain, in the stack's region. Required with it.",
  }),
  originAuthorities: optionalText({
    ...{ type: "an s3://bucket/key", fits: (text) => s3Uri.test(text) },
    description:
      "PEM file of the authority that signs originClientCertificateArn, and no certificate of a device. Required with originDomain.",
  }),
  originClientCertificateArn: optionalText({
    ...{ type: "the ARN of an ACM certificate in us-east-1" },
    fits: (text) => isArnOf("acm")(text) && text.includes(":us-east-1:"),
    description:
      "The certificate that CloudFront shows to the API, for TLS client authentication. Required with originDomain.",
  }),
  webAclArn: optionalText({
    ...{ type: "the ARN of a web ACL in us-east-1", fits: isArnOf("wafv2") },
    description: "A web ACL of AWS WAF with the scope CLOUDFRONT for the distribution.",
  }),
  edgeAlarmsTopicArn: optionalText({
    ...{ type: "the ARN of a topic in us-east-1" },
    fits: (text) => isArnOf("sns")(text) && text.includes(":us-east-1:"),
    description:
      "A topic of your own for the alarm on server errors of the distribution. Without it, the stack has one in us-east-1 for alarmEmails.",
  }),
  accessLog: flag({
    default: true,
    description:
      "Logs every request in us-east-1, those that end at the edge included. The API logs those that reach it anyway.",
  }),
  logRegions: texts({
    ...{ each: "a Region", fits: (region) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) },
    default: [],
    description:
      "Regions in which the log of the function at the edge has a retention. Without it, those with regional edge caches.",
  }),
};

/**
 * Regions with regional edge caches, at which functions at origin-request run: thirteen, by AWS's list of locations.
 * @see https://aws.amazon.com/cloudfront/features/
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html#CloudFrontRegionaledgecaches
 */
const regionsWithCaches = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "sa-east-1"],
  ...["eu-central-1", "eu-west-1", "eu-west-2"],
  ...["ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"],
];

/**
 * Takes readings over HTTPS, for devices that do not speak MQTT: CloudFront, a function at the edge that validates and normalises them,
 * an API that only the distribution can call, and a function that publishes each to the topic of its device.
 */
export class EdgeToIot extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: EdgeToIotArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:EdgeToIot", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms, admission, domain, logRetentionDays, logRegions = [] } = args;
    const { header, certificate } = admission;
    const identity = domain?.callerAuthorities ? "certificate" : "token";
    if (identity === "certificate" && !header)
      throw new pulumi.RunError(
        `${name} takes the device from a header that every holder of a certificate of originAuthorities can send: give its admission a header with a secret.`,
      );

    const posts = new Table(
      `${name}-posts`,
      {
        partitionKey: "post",
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    const keys =
      identity === "token"
        ? new OperatorSecret(
            `${name}-keys`,
            {
              description:
                'The keys of device tokens, as JSON: {"keys": {"<id>": "<key>"}, "revoked": ["<deviceId>"]}.',
            },
            parent,
          )
        : undefined;
    const publisher = new LambdaConsumer(
      `${name}-publisher`,
      {
        description:
          "Publishes readings that came through CloudFront to the topics of their devices.",
        source: fromCaller(),
        callbackFactory: () => createHandler(readSettings()),
        timeoutSeconds: 10,
        environment: {
          TOPIC_PREFIX: topicPrefix,
          IDENTITY: identity,
          ADMISSION: header ? "header" : "certificate",
          POSTS_TABLE_NAME: posts.resource.name,
          ...(keys && { KEYS_SECRET_NAME: keys.resource.name }),
          ...(header && {
            ORIGIN_DIGESTS: pulumi
              .all([header.secret, ...[header.previousSecret ?? []].flat()])
              .apply((secrets) => secrets.map(originDigest).join(",")),
          }),
          ...dataPlane(),
        },
        statements: [
          allow("PublishTelemetry", "iot:Publish", arn.mqttTopic(`${topicPrefix}/*/telemetry`)),
          allow("RememberPosts", "dynamodb:UpdateItem", posts.arn),
          ...(keys ? [keys.readStatement("ReadKeys")] : []),
        ],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const api = new HttpApi(
      `${name}-api`,
      {
        description: "Readings that devices post through CloudFront.",
        routes: [`POST ${path}`],
        function: publisher,
        authorization: { type: "NONE" },
        ...(certificate && { domain: certificate.domain }),
        requestsPerSecond: args.requestsPerSecond ?? settings.requestsPerSecond.default,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const guard = new EdgeFunction(
      `${name}-guard`,
      {
        description: "Refuses what is no reading of a device, and normalises the rest.",
        event: "origin-request",
        callbackFactory: () => createGuard(readGuardSettings()),
        settings: {
          MOST_BYTES: String(args.longestBodyBytes ?? settings.longestBodyBytes.default),
          IDENTITY: identity,
        },
        timeoutSeconds: 5,
        logRegions: logRegions.length > 0 ? logRegions : regionsWithCaches,
        logRetentionDays,
      },
      parent,
    );
    const distribution = new Distribution(
      `${name}-distribution`,
      {
        description: "Readings that devices post over HTTPS.",
        origin: api.url,
        admission: {
          ...(header && { header: { name: headers.origin, value: pulumi.secret(header.secret) } }),
          clientCertificateArn: certificate?.clientCertificateArn,
        },
        atOriginRequest: guard,
        domain,
        region: aws.getRegionOutput().region,
        ...(identity === "certificate" && {
          addedHeaders: {
            sent: ["content-type", headers.idempotencyKey],
            added: ["CloudFront-Viewer-Cert-Subject"],
          },
        }),
        webAclArn: args.webAclArn,
      },
      // The API takes the new secret before the distribution sends it.
      { ...parent, dependsOn: [publisher.resource, api.resource] },
    );
    const serverErrors = watchDistribution(
      `${name}-distribution`,
      {
        distribution,
        alarms:
          args.edgeAlarmsTopicArn === undefined
            ? alarms.inRegion(regionOfDistributions, `${name}-alarms`, parent)
            : {
                topicArn: pulumi.output(args.edgeAlarmsTopicArn),
                region: otherRegion(regionOfDistributions),
              },
      },
      parent,
    );
    if (args.accessLog ?? settings.accessLog.default)
      logRequests(`${name}-distribution`, { distribution, logRetentionDays }, parent);
    this.outputs = {
      url: distribution.url,
      path,
      distributionDomain: distribution.resource.domainName,
      edgeAlarmsTopicArn: serverErrors.alarmActions.apply((actions = []) => actions.join()),
      ...(api.domainTarget && { apiDomainTarget: api.domainTarget }),
      ...(keys && { keysSecret: keys.resource.name }),
    };
    this.registerOutputs(this.outputs);
  }
}

const ofOrigin = [
  "originCertificateArn",
  "originAuthorities",
  "originClientCertificateArn",
] as const;

const placeOf = (uri: string): S3Place => {
  const [, bucket = "", key = ""] = s3Uri.exec(uri) ?? [];
  return { bucket, key };
};

export const edgeToIot = define({
  stem: "edge-to-iot",
  summary:
    "Takes readings over HTTPS through CloudFront and publishes them to the topics of their devices.",
  settings,
  check(values) {
    const together = (key: keyof typeof values, needed: readonly (keyof typeof values)[]) =>
      values[key] === undefined
        ? undefined
        : needed
            .filter((other) => values[other] === undefined)
            .map((other) => ({
              ...{ key: other, wrong: "is missing" },
              wanted: `${settings[other].type}, since ${key} is set`,
            }))[0];
    if (values.originDomain === undefined && values.originSecret === undefined)
      return {
        ...{ key: "originSecret", wrong: "is missing" },
        wanted: `${settings.originSecret.type}, since originDomain is not set`,
      };
    return (
      together("domainName", ["certificateArn"]) ??
      together("certificateArn", ["domainName"]) ??
      // The subject of a device's certificate is a header, and the API admits every certificate of its authorities.
      together("deviceAuthorities", ["domainName", "originSecret"]) ??
      together("originDomain", ofOrigin) ??
      ofOrigin.map((key) => together(key, ["originDomain"])).find((one) => one !== undefined) ??
      together("previousOriginSecret", ["originSecret"]) ??
      (values.originAuthorities !== undefined &&
      values.originAuthorities === values.deviceAuthorities
        ? {
            ...{ key: "originAuthorities", wrong: "is deviceAuthorities" },
            wanted:
              "the file of an authority that signs no certificate of a device, or devices call the API past the distribution",
          }
        : undefined)
    );
  },
  needs: {},
  create(name, stack, values) {
    const { domainName, certificateArn, deviceAuthorities, originDomain, originSecret } = values;
    const {
      originCertificateArn = "",
      originAuthorities = "",
      originClientCertificateArn,
    } = values;
    return new EdgeToIot(name, {
      ...stack,
      ...values,
      ...(domainName !== undefined &&
        certificateArn !== undefined && {
          domain: {
            ...{ name: domainName, certificateArn },
            ...(deviceAuthorities !== undefined && {
              callerAuthorities: placeOf(deviceAuthorities),
            }),
          },
        }),
      admission: {
        ...(originSecret !== undefined && {
          header: { secret: originSecret, previousSecret: values.previousOriginSecret },
        }),
        ...(originDomain !== undefined &&
          originClientCertificateArn !== undefined && {
            certificate: {
              domain: {
                ...{ name: originDomain, certificateArn: originCertificateArn },
                callerAuthorities: originAuthorities,
              },
              clientCertificateArn: originClientCertificateArn,
            },
          }),
        // The check of the settings has seen to one of the two.
      } as OriginAdmission,
    });
  },
});
