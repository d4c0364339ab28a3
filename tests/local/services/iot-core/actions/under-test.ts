import { nextName, send, type Queue, type World } from "../world";

export interface Failure {
  failedAction: string;
  failedResource: string;
  errorMessage: string;
}

/** A rule whose failures go to a queue of its own. */
export interface RuleUnderTest {
  name: string;
  arn: string;
  /** The failures in the envelopes that its error action got since they were last asked for. */
  failures(): Promise<Failure[]>;
}

export async function ruleUnderTest(
  world: World,
  sql: string,
  actions: object,
  name = nextName("rule"),
): Promise<RuleUnderTest> {
  const queue: Queue = await world.queue();
  const roleArn = await world.role([send(queue)]);
  const { arn } = await world.iot.addRule({
    enabled: true,
    sqlVersion: "2016-03-23",
    name,
    sql,
    ...actions,
    errorAction: { sqs: { queueUrl: queue.url, roleArn, useBase64: false } },
  });
  return {
    name,
    arn,
    failures: async () =>
      (await queue.drain()).flatMap(
        (body) => (JSON.parse(body) as { failures: Failure[] }).failures,
      ),
  };
}

/** The parts of a denial by the service: the code, and the denied session. */
export const denied = (roleArn: string, code: string): RegExp => {
  const session = roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
  return new RegExp(`User: ${session}/iot is not authorized to perform: .* Error Code: ${code};`);
};
