import { asset } from "@pulumi/pulumi";
import type { Account } from "../local/aws/clients";
import { callApi } from "../local/aws/call-api";
import { deployProgram, type Deployment } from "../local/deployment";
import type { Platform } from "../local/platform";
import type { RecordedResource } from "../local/program";
import { provision, type Context, type Services } from "../local/services";
import { readStackOutputs } from "../operations/stack-outputs";
import { atMost, forComparison, type Line, type Measurement } from "./line";
import { openPlatform } from "./platform";
import { directory } from "./program";
import { inLanes } from "./rounds";

const requests = 500;
const atOnce = 20;
const rounds = 3;

/**
 * Compares the running API with an empty function behind an API of the same kind, in alternation: the difference is what the reader and
 * its table cost in addition to API Gateway and Lambda. Measures elapsed time, since three processes take part.
 */
export const api: Measurement = async () => {
  const platform = await openPlatform(async (opened) => opened);
  try {
    const deployment = await deployProgram(platform, "local");
    try {
      return await compare(platform, deployment);
    } finally {
      await deployment.stop();
    }
  } finally {
    await platform.stop();
  }
};

async function compare(platform: Platform, deployment: Deployment): Promise<Line[]> {
  const { account } = platform.clients;
  const { url = "" } = readStackOutputs(deployment.outputs).of["api-to-devices"] ?? {};
  const bare = await openBareApi(platform, deployment);
  const urls = { ours: url, bare };
  const times: Record<keyof typeof urls, number[]> = { ours: [], bare: [] };
  let failed = 0;
  for (let round = 0; round <= rounds; round += 1)
    for (const name of ["ours", "bare"] as const) {
      const answered = await load(account, urls[name]);
      failed += answered.failed;
      // The first round starts the functions and is not counted.
      if (round > 0) times[name].push(...answered.milliseconds);
    }
  const what = `api: ${requests} requests, ${atOnce} at once`;
  return [
    atMost(`${what}, not answered with 200`, failed, 0, "requests"),
    ...[50, 99].flatMap((percent) => {
      const [ours, bare] = [percentile(times.ours, percent), percentile(times.bare, percent)];
      return [
        forComparison(`${what}, p${percent}`, ours, "ms"),
        forComparison(`${what}, p${percent} of an empty function`, bare, "ms"),
      ];
    }),
  ];
}

async function load(
  account: Account,
  url: string,
): Promise<{ milliseconds: number[]; failed: number }> {
  const milliseconds: number[] = [];
  let failed = 0;
  await inLanes([...Array(requests).keys()], atOnce, async () => {
    const before = performance.now();
    const { status } = await callApi(account, url, "/devices");
    milliseconds.push(performance.now() - before);
    if (status !== 200) failed += 1;
  });
  return { milliseconds, failed };
}

function percentile(times: number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN;
}

/** Creates an empty function with the role, memory and timeout of the reader, behind an API like that of the program. Returns the URL. */
async function openBareApi(platform: Platform, deployment: Deployment): Promise<string> {
  const { clients, iotCore, firehoseTap } = platform;
  const context: Context = {
    clients,
    directory,
    // A function behind an API needs no service that moves messages.
    services: { iotCore, firehoseTap } as Services,
    notHonoured: () => undefined,
  };
  const create = (type: string, plain: Record<string, unknown>) =>
    provision({ type, name: "bare", plain } as RecordedResource, context);
  const copyOf = (type: string): Record<string, unknown> => {
    const found = deployment.resources.find(
      (resource) => resource.type === type && resource.name.startsWith("api-to-devices-"),
    );
    if (!found)
      throw new Error(
        `The program creates no ${type} for api-to-devices; enable api-to-devices in Pulumi.local.yaml.`,
      );
    return found.plain;
  };
  const answer = "async () => ({ statusCode: 200, body: '{}' })";
  const code = new asset.AssetArchive({
    "__index.js": new asset.StringAsset(`exports.handler = ${answer};\n`),
  });
  const fn = await create("aws:lambda/function:Function", {
    ...copyOf("aws:lambda/function:Function"),
    name: "bench-bare",
    handler: "__index.handler",
    code,
  });
  const made = await create("aws:apigatewayv2/api:Api", {
    name: "bench-bare",
    protocolType: "HTTP",
  });
  const { apiEndpoint, executionArn } = made.state as Record<string, string>;
  const apiId = made.id;
  const integration = await create("aws:apigatewayv2/integration:Integration", {
    ...copyOf("aws:apigatewayv2/integration:Integration"),
    apiId,
    integrationUri: fn.state.arn,
  });
  await create("aws:lambda/permission:Permission", {
    ...copyOf("aws:lambda/permission:Permission"),
    function: "bench-bare",
    sourceArn: `${executionArn}/*/*`,
  });
  await create("aws:apigatewayv2/route:Route", {
    apiId,
    routeKey: "GET /devices",
    target: `integrations/${integration.id}`,
    authorizationType: "AWS_IAM",
  });
  await create("aws:apigatewayv2/stage:Stage", {
    ...copyOf("aws:apigatewayv2/stage:Stage"),
    apiId,
  });
  return apiEndpoint ?? "";
}
