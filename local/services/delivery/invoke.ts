import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { writeJson, type Json } from "../../../iot-sql";
import type { Clients, Credentials } from "../../aws/clients";

/** What Lambda adds to the record of a failed invocation. */
export interface ResponseContext {
  statusCode: number;
  executedVersion: string;
  functionError: string | null;
}

/** The result of one synchronous invocation. */
export type Invocation =
  | { kind: "returned"; requestId: string; context: ResponseContext; payload: unknown }
  | {
      kind: "failed";
      requestId: string;
      context: ResponseContext;
      payload: unknown;
      reason: string;
    }
  /** Throttled, absent or unreachable: the function did not receive the event, so no retry is used up. */
  | { kind: "not-invoked"; reason: string };

/**
 * Invokes a function synchronously, as a role if `credentials` are given. Without them, as Lambda itself does for an event source
 * mapping, which needs no permission.
 * Sends the event with every digit of its numbers; `read` turns the JSON of the answer into a value.
 */
export async function invoke(
  clients: Clients,
  functionArn: string,
  event: unknown,
  credentials?: Credentials,
  read: (text: string) => unknown = JSON.parse,
): Promise<Invocation> {
  try {
    const answer = await clients
      .get(LambdaClient, credentials)
      .send(new InvokeCommand({ FunctionName: functionArn, Payload: writeJson(event as Json) }));
    const text = Buffer.from(answer.Payload ?? []).toString();
    const payload: unknown = text === "" ? null : read(text);
    const context: ResponseContext = {
      statusCode: answer.StatusCode ?? 200,
      executedVersion: answer.ExecutedVersion ?? "$LATEST",
      functionError: answer.FunctionError ?? null,
    };
    const requestId = answer.$metadata.requestId ?? "";
    return answer.FunctionError
      ? { kind: "failed", requestId, context, payload, reason: errorMessageOf(payload) }
      : { kind: "returned", requestId, context, payload };
  } catch (error) {
    return { kind: "not-invoked", reason: String(error) };
  }
}

function errorMessageOf(payload: unknown): string {
  const { errorMessage } = (payload ?? {}) as { errorMessage?: unknown };
  return typeof errorMessage === "string" ? errorMessage : "The function failed without a message.";
}
