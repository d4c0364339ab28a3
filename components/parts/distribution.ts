import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeFunction } from "./edge-function";
import { globalName } from "./names";

/** By which the origin knows the distribution; at least one of the two. */
export interface Admission {
  /** A header whose value no other caller knows. @default none */
  header?: { name: string; value: pulumi.Input<string> };
  /** An ACM certificate in us-east-1 for TLS client authentication. @default none */
  clientCertificateArn?: string;
}

/** A name of the distribution's own, which needs a certificate in us-east-1. */
export interface DistributionDomain {
  name: string;
  certificateArn: string;
  /** The authorities of the certificates that callers have to show. @default callers show none */
  callerAuthorities?: S3Place;
}

export interface S3Place {
  bucket: string;
  key: string;
}

export interface DistributionArgs {
  description: string;
  /** The URL of what is behind the distribution, which it reaches over TLS only. */
  origin: pulumi.Output<string>;
  admission: Admission;
  /** Sees every request that goes to the origin, with its body. */
  atOriginRequest: EdgeFunction<never, unknown>;
  /** @default it has the name that CloudFront gives it */
  domain?: DistributionDomain;
  /** Headers that the origin gets besides those that callers send. @default none */
  addedHeaders?: { sent: string[]; added: string[] };
  /** The region of the bucket with the authorities. */
  region: pulumi.Input<string>;
  /** A web ACL of AWS WAF with the scope CLOUDFRONT. @default none */
  webAclArn?: string;
}

/**
 * Policies that AWS manages: no caching, all headers of the viewer but Host, and security headers in answers.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
const managed = {
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  allViewerExceptHostHeader: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
  securityHeaders: "67f7725c-6f97-4210-82d7-5512b31e9d03",
};

/** Of the three sets that CloudFront knows, the only one with POST; the function at the edge refuses the other methods. */
const everyMethod = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];

/**
 * A distribution of CloudFront in front of one origin: HTTPS only, nothing cached, and a function at the edge that sees each request
 * with its body.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export class Distribution extends pulumi.ComponentResource {
  readonly resource: aws.cloudfront.Distribution;
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DistributionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Distribution", name, {}, opts);
    const parent = { parent: this };
    const { domain, admission, atOriginRequest, addedHeaders } = args;
    const trustStore =
      domain?.callerAuthorities &&
      trustAuthorities(name, domain.callerAuthorities, args.region, parent);

    this.resource = new aws.cloudfront.Distribution(
      name,
      {
        comment: args.description,
        enabled: true,
        isIpv6Enabled: true,
        // Certificates of viewers exclude HTTP/3.
        // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls.html
        httpVersion: trustStore ? "http2" : "http2and3",
        ...(domain && { aliases: [domain.name] }),
        ...(args.webAclArn !== undefined && { webAclId: args.webAclArn }),
        origins: [
          {
            originId: "origin",
            domainName: args.origin.apply((url) => new URL(url).host),
            originPath: args.origin.apply((url) => new URL(url).pathname.replace(/\/$/, "")),
            ...(admission.header && { customHeaders: [admission.header] }),
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              originProtocolPolicy: "https-only",
              originSslProtocols: ["TLSv1.2"],
              originReadTimeout: 30,
              ...(admission.clientCertificateArn !== undefined && {
                originMtlsConfig: { clientCertificateArn: admission.clientCertificateArn },
              }),
            },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: "origin",
          viewerProtocolPolicy: "https-only",
          allowedMethods: everyMethod,
          cachedMethods: ["GET", "HEAD"],
          compress: false,
          cachePolicyId: managed.cachingDisabled,
          originRequestPolicyId: addedHeaders
            ? withHeaders(name, [...addedHeaders.sent, ...addedHeaders.added], parent)
            : managed.allViewerExceptHostHeader,
          responseHeadersPolicyId: managed.securityHeaders,
          lambdaFunctionAssociations: [
            {
              eventType: "origin-request",
              includeBody: true,
              lambdaArn: atOriginRequest.versionArn,
            },
          ],
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: domain
          ? {
              acmCertificateArn: domain.certificateArn,
              sslSupportMethod: "sni-only",
              minimumProtocolVersion: "TLSv1.2_2021",
            }
          : { cloudfrontDefaultCertificate: true },
        ...(trustStore && {
          viewerMtlsConfig: {
            mode: "required",
            trustStoreConfig: { trustStoreId: trustStore.id },
          },
        }),
      },
      parent,
    );
    this.url = domain
      ? pulumi.output(`https://${domain.name}`)
      : pulumi.interpolate`https://${this.resource.domainName}`;
    this.registerOutputs({ url: this.url });
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/trust-stores-certificate-management.html */
const trustAuthorities = (
  name: string,
  { bucket, key }: S3Place,
  region: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudfront.TrustStore =>
  new aws.cloudfront.TrustStore(
    `${name}-authorities`,
    {
      name: globalName("cloudfront", `${name}-authorities`),
      caCertificatesBundleSource: { caCertificatesBundleS3Location: { bucket, key, region } },
    },
    opts,
  );

/** A policy by which the origin gets these headers and no others; the managed ones have none that CloudFront adds. */
const withHeaders = (
  name: string,
  items: string[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  new aws.cloudfront.OriginRequestPolicy(
    `${name}-headers`,
    {
      name: globalName("cloudfront", `${name}-headers`),
      comment: "Headers of callers, and what CloudFront says of their certificates.",
      headersConfig: { headerBehavior: "whitelist", headers: { items } },
      cookiesConfig: { cookieBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
    },
    opts,
  ).id;
