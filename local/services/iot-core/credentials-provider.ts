import * as https from "node:https";
import type * as tls from "node:tls";
import { listen, type Listening } from "../../listen";
import type { Trace } from "../../trace";
import type { KeyPair } from "./certificates";
import { certificateOf } from "./listeners";
import type { Registry } from "./registry";
import type { RoleAliases } from "./role-aliases";

export interface CredentialsProviderArgs {
  registry: Registry;
  roleAliases: RoleAliases;
  trace: Trace;
  /** The authority that must have issued a device's certificate, in PEM. */
  ca: string;
  server: KeyPair;
}

/**
 * The HTTPS endpoint at which a device gets credentials for its certificate: `GET /role-aliases/<alias>/credentials`, with mutual TLS. A
 * refusal says as little as that of AWS; the trace has the reason.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
 */
export function startCredentialsProvider(args: CredentialsProviderArgs): Promise<Listening> {
  const { registry, roleAliases, trace, ca, server } = args;
  const options = {
    key: server.privateKey,
    cert: server.certificate,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2" as const,
  };
  const endpoint = https.createServer(options, (request, response) => {
    const { method, url = "", headers } = request;
    const answer = (status: number, body: object): void =>
      void response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(body));
    const [, encoded] = /^\/role-aliases\/([^/?]+)\/credentials$/.exec(url) ?? [];
    if (method !== "GET" || encoded === undefined) return answer(404, { message: "Not Found" });
    const alias = decodeURIComponent(encoded);
    const certificate = registry.certificate(certificateOf(request.socket as tls.TLSSocket));
    const thingName = headers["x-amzn-iot-thingname"]?.toString();
    roleAliases.credentials({ certificate, alias, thingName }).then(
      ({ credentials, expires }) =>
        answer(200, {
          credentials: {
            ...credentials,
            // Whole seconds, as AWS has them.
            expiration: new Date(expires).toISOString().replace(/\.\d+Z$/, "Z"),
          },
        }),
      ({ name, message }: Error) => {
        trace.emit({
          kind: "refused",
          clientId: certificate?.thingName ?? "",
          action: "iot:AssumeRoleWithCertificate",
          resource: `rolealias/${alias}`,
          reason: message,
        });
        if (name === "ResourceNotFound") answer(404, { message: "Role alias does not exist" });
        else answer(403, { message: "Access Denied" });
      },
    );
  });
  return listen(endpoint);
}
