import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import { listen } from "../../listen";
import { decode } from "./decode";
import { recognise, type FoundLabel } from "./recognise";

export { palette } from "./palette";

/** The double of Amazon Rekognition. */
export interface Rekognition {
  /** The endpoint of one role: the double takes its caller from the URL, and checks no signature. */
  endpointOf(roleArn: string): string;
  /** The images of successful calls, oldest first: `<key>@<version>`. */
  detected(): readonly string[];
  /** The next calls are throttled. */
  throttle(calls: number): void;
  stop(): Promise<void>;
}

interface DetectLabelsInput {
  Image?: { S3Object?: { Bucket?: string; Name?: string; Version?: string } };
  MinConfidence?: number;
  MaxLabels?: number;
}

/** An error as the service answers it. */
class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** @see https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const limits = { bytes: 15 * 1024 * 1024, fewest: 80, most: 10_000 };
/** @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html */
const defaultConfidence = 55;

/**
 * Speaks the wire format of DetectLabels, checks the permissions of the calling role, reads the version of the object that is asked for, and
 * decodes it. Refuses what the service refuses, with its errors, and every other operation.
 */
export async function startRekognition({ clients }: { clients: Clients }): Promise<Rekognition> {
  const detected: string[] = [];
  let throttled = 0;

  async function allowed(roleArn: string, action: string, resource: string): Promise<void> {
    await checkRole(clients, { roleArn, action, resource });
  }

  /** The object as the caller may read it. The service does not tell a missing permission from a missing object. */
  async function read(roleArn: string, input: DetectLabelsInput): Promise<Buffer> {
    const { Bucket = "", Name = "", Version } = input.Image?.S3Object ?? {};
    const unable =
      "Unable to get object metadata from S3. Check object key, region and/or access permissions.";
    try {
      const action = Version === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
      await allowed(roleArn, action, `arn:aws:s3:::${Bucket}/${Name}`);
      const { Body } = await clients
        .get(S3Client)
        .send(new GetObjectCommand({ Bucket, Key: Name, VersionId: Version }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch {
      throw new Refusal("InvalidS3ObjectException", unable);
    }
  }

  async function detect(
    roleArn: string,
    input: DetectLabelsInput,
  ): Promise<{ Labels: FoundLabel[]; LabelModelVersion: string }> {
    try {
      await allowed(roleArn, "rekognition:DetectLabels", "*");
    } catch (error) {
      throw new Refusal("AccessDeniedException", (error as Error).message);
    }
    if (throttled > 0) {
      throttled -= 1;
      throw new Refusal("ThrottlingException", "Rate exceeded");
    }
    const { MinConfidence = defaultConfidence, MaxLabels = 1000 } = input;
    const invalid = new Refusal("InvalidParameterException", "Request has invalid parameters");
    if (MinConfidence < 0 || MinConfidence > 100 || MaxLabels < 0) throw invalid;
    const bytes = await read(roleArn, input);
    if (bytes.length > limits.bytes)
      throw new Refusal("ImageTooLargeException", "Image size is too large");
    const pixels = decode(bytes);
    if (!pixels)
      throw new Refusal("InvalidImageFormatException", "Request has invalid image format");
    const { width, height } = pixels;
    if (Math.min(width, height) < limits.fewest) throw invalid;
    if (Math.max(width, height) > limits.most)
      throw new Refusal(
        "ImageTooLargeException",
        `Input image dimensions ${width} x ${height} exceed maximum dimension size of ${limits.most} pixels`,
      );
    const { Name = "", Version = "" } = input.Image?.S3Object ?? {};
    detected.push(`${Name}@${Version}`);
    return {
      Labels: recognise(pixels)
        .filter(({ Confidence }) => Confidence >= MinConfidence)
        .slice(0, MaxLabels),
      LabelModelVersion: "3.0",
    };
  }

  async function answer(request: IncomingMessage): Promise<object> {
    const [, role = ""] = (request.url ?? "").split("/");
    const operation = request.headers["x-amz-target"];
    const input = JSON.parse(await text(request)) as DetectLabelsInput;
    if (operation !== "RekognitionService.DetectLabels")
      throw new Refusal(
        "InvalidAction",
        `The double of Rekognition has no operation ${String(operation)}.`,
      );
    return detect(decodeURIComponent(role), input);
  }

  const server = createServer((request, response) => {
    const type = { "content-type": "application/x-amz-json-1.1" };
    answer(request).then(
      (body) => response.writeHead(200, type).end(JSON.stringify(body)),
      (error: Error) => {
        const { code, status } =
          error instanceof Refusal ? error : { code: "InternalServerError", status: 500 };
        const body = { __type: code, Message: error.message, Code: code };
        response.writeHead(status, { ...type, "x-amzn-errortype": code }).end(JSON.stringify(body));
      },
    );
  });
  const { port, close } = await listen(server);
  return {
    endpointOf: (roleArn) => `http://127.0.0.1:${port}/${encodeURIComponent(roleArn)}`,
    detected: () => [...detected],
    throttle: (calls) => void (throttled = calls),
    stop: close,
  };
}
