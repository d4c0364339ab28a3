import { auth } from "aws-iot-device-sdk-v2";
import type { Credentials } from "../../../local/aws/clients";

export const host = "localhost";
export const region = "eu-central-1";

/** The credentials with which AWS's device SDK signs the URL of a WebSocket. */
export const providerOf = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) =>
  auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey, sessionToken);
