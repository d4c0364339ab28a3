import { readJson, type Ports } from "../../../../iot-sql";
import { invoke } from "../../delivery/invoke";
import { checkFunctionPermission } from "../function-permission";
import type { PortArgs } from "./port";

type AwsLambda = NonNullable<Ports["awsLambda"]>;
type Answer = Awaited<ReturnType<AwsLambda>>;

/** AWS's timeout for a function called by a rule. */
const patienceMilliseconds = 2_000;

/** Invokes a function and waits for its response; the function's resource policy must permit AWS IoT for the rule. */
export const awsLambda =
  ({ clients, ruleArn }: PortArgs): AwsLambda =>
  async ({ functionArn, input }) => {
    await checkFunctionPermission(clients, ruleArn, functionArn);
    const invocation = await soonEnough(
      functionArn,
      invoke(clients, functionArn, input, undefined, (text) => readJson(Buffer.from(text))),
    );
    if (invocation.kind === "returned") return invocation.payload as Answer;
    throw new Error(`aws_lambda got no answer of ${functionArn}: ${invocation.reason}`);
  };

/** The function keeps running. */
async function soonEnough<Result>(functionArn: string, running: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `aws_lambda got no answer of ${functionArn} within ${patienceMilliseconds} ms.`;
    timer = setTimeout(() => reject(new Error(reason)), patienceMilliseconds);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}
