import type { Ports } from "../../../../iot-sql";
import { awsLambda } from "./aws-lambda";
import { getDynamodb } from "./get-dynamodb";
import { getSecret } from "./get-secret";
import type { PortArgs } from "./port";

/**
 * The SQL functions of a rule that call other services. Thing shadows, registry data, predictions and protobuf are not
 * implemented, and a rule that calls one is refused with the function's name.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const createPorts = (args: PortArgs): Ports => ({
  awsLambda: awsLambda(args),
  getDynamodb: getDynamodb(args),
  getSecret: getSecret(args),
});
