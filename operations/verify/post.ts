import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { headers } from "../../functions/edge-to-iot/request";
import { issueFor } from "../device-token/issue";
import { sinkBehind } from "../sinks/edge-to-iot";
import type { PartOutputs, StackOutputs } from "../stack-outputs";
import { postedProbeOf, type Probe } from "./probe";

/** The integration that takes posts. */
export const edge = "edge-to-iot";

/** How a reading of the device is posted over HTTPS, or why none is. */
export type Posting =
  | { probe: Probe; post: () => Promise<void>; unseen?: undefined }
  | { probe?: undefined; unseen: string };

/** Days for which the token of the device is valid: the fewest. */
const days = 1;

/**
 * Prepares the post of a device: its reading, and a token that is signed with the newest key of the stack. If something is missing for
 * it, one sentence says what.
 */
export async function postingOf(
  secrets: SecretsManagerClient,
  outputs: StackOutputs,
  deviceId: string,
  now: number,
): Promise<Posting> {
  const none = (why: string): Posting => ({
    unseen: `readings that are posted over HTTPS: ${why}`,
  });
  const { [edge]: part = {} } = outputs.of;
  const { keysSecret: SecretId } = part;
  if (SecretId === undefined)
    return none(
      "each post needs the certificate of its device, which this command does not have; post one by hand",
    );
  const probe = postedProbeOf(deviceId, now);
  if (!(await sinkBehind({ outputs, readings: [probe.reading] })))
    return none(
      "no integration of the stack stores every reading, so that a post cannot be found again; post one by hand",
    );
  let secret: string;
  try {
    ({ SecretString: secret = "" } = await secrets.send(new GetSecretValueCommand({ SecretId })));
  } catch (error) {
    const { name, message } = error as Error;
    return none(
      name === "ResourceNotFoundException"
        ? `the secret ${SecretId} has no value; put a key into it`
        : `the caller cannot read the keys of tokens (${name}: ${message}); it needs secretsmanager:GetSecretValue on the secret ${SecretId}`,
    );
  }
  try {
    const token = issueFor({ secret, deviceId, now, days });
    return { probe, post: createPost(part, token, probe.payload) };
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, "");
    return none(`no token can be issued with the secret ${SecretId}: ${why}`);
  }
}

/**
 * Posts a reading through the distribution, until it is accepted: as a device does, the next call repeats a post that was not. Throws for
 * one that was not, with the reason that the device is given.
 */
function createPost(
  { url = "", path = "" }: PartOutputs,
  token: string,
  payload: Buffer,
): () => Promise<void> {
  let isAccepted = false;
  return async () => {
    if (isAccepted) return;
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        [headers.idempotencyKey]: "verify",
      },
      body: new Uint8Array(payload),
    });
    const text = await answer.text();
    if (answer.status !== 202)
      throw new Error(`the distribution answers ${answer.status} to a post${reasonIn(text)}`);
    isAccepted = true;
  };
}

/** Of a problem in JSON. CloudFront and API Gateway give other answers, whose status says everything. */
function reasonIn(text: string): string {
  try {
    const { reason, detail } = JSON.parse(text) as { reason?: string; detail?: string };
    return [reason, detail].flatMap((one) => (one === undefined ? [] : `, ${one}`)).join("");
  } catch {
    return "";
  }
}
