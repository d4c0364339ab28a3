import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "../../aws/clients";

/** Serves credentials of task roles as ECS does to its tasks. */
export interface CredentialsEndpoint {
  /** The environment variables by which the SDK of a task finds the credentials of its role. */
  admit(credentials: () => Promise<Credentials>): Record<string, string>;
  stop(): Promise<void>;
}

/** The SDK asks again before the credentials expire. */
const secondsValid = 900;

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
export async function startCredentialsEndpoint(): Promise<CredentialsEndpoint> {
  const admitted = new Map<string, () => Promise<Credentials>>();
  const server = createServer((request, response) => {
    const find = admitted.get(request.headers.authorization ?? "");
    const answer = (status: number, body: object): void =>
      void response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(body));
    if (!find) return answer(401, { code: "NotAuthorized", message: "No task has this token." });
    find().then(
      ({ accessKeyId, secretAccessKey, sessionToken }) =>
        answer(200, {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          Token: sessionToken,
          Expiration: new Date(Date.now() + secondsValid * 1000).toISOString(),
        }),
      (error: Error) => answer(500, { code: error.name, message: error.message }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    admit(credentials) {
      const token = randomBytes(24).toString("base64url");
      admitted.set(token, credentials);
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      };
    },
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
