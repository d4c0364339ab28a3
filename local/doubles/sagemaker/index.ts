import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import { listen } from "../../listen";
import { failure, linesIn, modelError, scoresAs, type Answer } from "./protocol";
import { model } from "./training";

export { trainingScores } from "./training";

/** An endpoint with the double's model. */
export interface Endpoint {
  name: string;
  /** The most bytes of a request, and of a response. */
  mostBytes: number;
}

/** A request that reached an endpoint. */
export interface EndpointRequest {
  endpoint: string;
  /** The values of its lines; none for a request that the model did not read. */
  lines: readonly (readonly number[])[];
  status: number;
}

/** The double of SageMaker's runtime. */
export interface SageMaker {
  /** The endpoint of one role: the double takes its caller from the URL, and checks no signature. */
  endpointOf(roleArn: string): string;
  /** Puts an endpoint into service, or replaces it. */
  serve(endpoint: Endpoint): void;
  /** From now on requests fail with an error of the service, until `recover`. */
  fail(code: string): void;
  /** From now on the model refuses every request with a line of which this is true, until `recover`. */
  refuse(isPoison: (values: readonly number[]) => boolean): void;
  recover(): void;
  requests(): readonly EndpointRequest[];
  stop(): Promise<void>;
}

/**
 * Speaks the wire protocol of InvokeEndpoint, checks the permission of the calling role, and scores each line by a random cut forest that is
 * trained on readings of simulated devices. Refuses what the service refuses: an endpoint that does not exist, a request that is too large,
 * and what the algorithm does not read.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export async function startSageMaker({ clients }: { clients: Clients }): Promise<SageMaker> {
  const endpoints = new Map<string, Endpoint>();
  const requests: EndpointRequest[] = [];
  let failing: string | undefined;
  let isPoison: (values: readonly number[]) => boolean = () => false;
  const { region, accountId } = clients.account;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await buffer(request);
    const path = /^\/([^/]+)\/endpoints\/([^/]+)\/invocations$/.exec(request.url ?? "");
    if (request.method !== "POST" || !path)
      return failure("UnknownOperationException", "The double knows InvokeEndpoint only.");
    const [roleArn = "", name = ""] = path.slice(1).map(decodeURIComponent);
    const resource = `arn:aws:sagemaker:${region}:${accountId}:endpoint/${name.toLowerCase()}`;
    try {
      await checkRole(clients, { roleArn, action: "sagemaker:InvokeEndpoint", resource });
    } catch (error) {
      return failure("AccessDeniedException", (error as Error).message);
    }
    const endpoint = endpoints.get(name);
    if (!endpoint)
      return failure("ValidationError", `Endpoint ${name} of account ${accountId} not found.`);
    const read = failing === undefined ? linesIn(request.headers, body, endpoint) : failure(failing, `${failing}, as asked for.`); // prettier-ignore
    const answered = "lines" in read ? scored(read.lines, request.headers.accept) : read;
    const lines = "lines" in read ? read.lines : [];
    requests.push({ endpoint: name, lines, status: answered.status });
    return answered;
  }

  function scored(lines: number[][], accept: string | undefined): Answer {
    const { dimensions, score } = model();
    const misfit = lines.find((values) => values.length !== dimensions);
    if (misfit)
      return modelError(
        400,
        `customer error: the model has ${dimensions} features, and a line has ${misfit.length}.`,
      );
    if (lines.some((values) => isPoison(values)))
      return modelError(400, "customer error: unable to parse the payload.");
    return scoresAs(accept, lines.map(score));
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => failure("InternalFailure", String(error)))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  const { port, close } = await listen(server);
  return {
    endpointOf: (roleArn) => `http://127.0.0.1:${port}/${encodeURIComponent(roleArn)}`,
    serve: (endpoint) => void endpoints.set(endpoint.name, endpoint),
    fail: (code) => void (failing = code),
    refuse: (predicate) => void (isPoison = predicate),
    recover() {
      failing = undefined;
      isPoison = () => false;
    },
    requests: () => requests,
    stop: close,
  };
}
