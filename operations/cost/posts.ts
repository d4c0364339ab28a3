import { functionArn, type Flow, type Message } from "./flow";
import type { Graph } from "./graph";

/**
 * Posts messages over HTTPS to every distribution of the program: each is billed a request of CloudFront and one of the API behind it, and
 * invokes the functions of the same integration, at the edge and behind the API.
 * @see https://aws.amazon.com/cloudfront/pricing/
 */
export function post(graph: Graph, flow: Flow, messages: readonly Message[]): void {
  for (const distribution of graph.ofType("aws:cloudfront/distribution:Distribution")) {
    const behind = (type: string) =>
      graph.ofType(type).filter(({ owner }) => owner === distribution.owner);
    flow.bill(distribution, { "distribution-request": messages.length });
    for (const api of behind("aws:apigatewayv2/api:Api"))
      flow.bill(api, { "api-request": messages.length });
    for (const { inputs } of behind("aws:lambda/function:Function"))
      flow.deliver(functionArn(inputs["name"]), messages);
  }
}
