import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import type { Clients, Credentials } from "../aws/clients";
import type { DeviceCredentials } from "../services/iot-core";

export interface CameraArgs {
  /** Of the credentials provider: `https://localhost:<port>`. */
  credentialsEndpoint: string;
  clients: Clients;
  deviceId: string;
  credentials: DeviceCredentials;
  /** The role alias of the program for cameras. */
  roleAlias: string;
  bucket: string;
  /** Ends in `/`; the camera's folder is below it. */
  prefix: string;
}

/** A version of an uploaded image. */
export interface Uploaded {
  bucket: string;
  key: string;
  versionId?: string;
}

/** A camera that uploads as a device does: with credentials that it gets for its certificate. */
export interface Camera {
  deviceId: string;
  /** Uploads to the camera's own folder, or to another key. */
  upload(file: string, bytes: Uint8Array, key?: string): Promise<Uploaded>;
}

/** The remaining validity at which credentials are renewed. */
const reserveMilliseconds = 60_000;

export function createCamera(args: CameraArgs): Camera {
  const { clients, deviceId, bucket, prefix } = args;
  let current: Promise<{ credentials: Credentials; expires: number }> | undefined;

  async function session(): Promise<Credentials> {
    const known = await current?.catch(() => undefined);
    if (!known || known.expires - Date.now() < reserveMilliseconds) current = renewed(args);
    return (await (current as NonNullable<typeof current>)).credentials;
  }

  return {
    deviceId,
    async upload(file, bytes, key = `${prefix}${deviceId}/${file}`) {
      const { VersionId } = await clients
        .get(S3Client, await session())
        .send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
      return { bucket, key, ...(VersionId !== undefined && { versionId: VersionId }) };
    },
  };
}

async function renewed(args: CameraArgs): Promise<{ credentials: Credentials; expires: number }> {
  const { status, body } = await requestCredentials({ ...args, thingName: args.deviceId });
  if (status !== 200)
    throw new Error(`Camera ${args.deviceId} got no credentials: ${status} ${body}`);
  const { credentials } = JSON.parse(body) as {
    credentials: Credentials & { expiration: string };
  };
  const { expiration, ...rest } = credentials;
  return { credentials: rest, expires: Date.parse(expiration) };
}

export interface CredentialsRequestArgs extends Pick<
  CameraArgs,
  "credentialsEndpoint" | "credentials" | "roleAlias"
> {
  /** For the header by which the role's policy knows the camera. @default none */
  thingName?: string;
}

/**
 * Requests credentials of AWS for a certificate, by mutual TLS.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
 */
export async function requestCredentials(
  args: CredentialsRequestArgs,
): Promise<{ status: number; body: string }> {
  const { credentialsEndpoint, credentials, roleAlias, thingName } = args;
  const url = `${credentialsEndpoint}/role-aliases/${encodeURIComponent(roleAlias)}/credentials`;
  return new Promise((resolve, reject) => {
    https
      .get(
        url,
        {
          ...{ ca: credentials.ca, cert: credentials.certificate, key: credentials.privateKey },
          agent: false,
          ...(thingName !== undefined && { headers: { "x-amzn-iot-thingname": thingName } }),
        },
        (response) => {
          text(response).then(
            (body) => resolve({ status: response.statusCode ?? 0, body }),
            reject,
          );
        },
      )
      .on("error", reject);
  });
}
