import * as path from "node:path";

export interface BootstrapArgs {
  /** The executable of Lambda's Node.js. */
  node: string;
  /** Base URL of the emulator, for the function's calls to AWS. */
  endpoint: string;
  /** `nodejs24.x` */
  runtime: string;
  logGroup: string;
}

const client = path.join(__dirname, "client.js");

/** Variables of the emulator's own process, which it passes on and Lambda does not set. */
const foreign = [
  ...["AUTH", "BIND_HOST", "GATEWAY_PORT", "USE_SSL", "IOT_MTLS_ENABLED", "SFTP_ENABLED"],
  ...["MINISTACK_HOST", "MINISTACK_ACCOUNT_ID", "MINISTACK_REGION"],
  ...["MINISTACK_SSL_CERT", "MINISTACK_SSL_KEY", "LAMBDA_ASYNC_RETRY_BASE_SECONDS", "LC_CTYPE"],
  // Node.js passes it to every child process while coverage is measured.
  "NODE_V8_COVERAGE",
];

/**
 * Lambda requires no ES module, on Node.js 24 either, and takes no file for one by its syntax.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const flags = ["--no-experimental-require-module", "--no-experimental-detect-module"];

/**
 * The text of the executable by which a custom runtime starts: the runtime client on Lambda's Node.js, with the variables that Lambda
 * sets. The emulator sets those that belong to the function and its role.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function bootstrapOf({ node, endpoint, runtime, logGroup }: BootstrapArgs): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
  };
  return [
    "#!/bin/sh",
    `unset ${foreign.join(" ")}`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${[node, ...flags, client].map(quoted).join(" ")}`,
    "",
  ].join("\n");
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
