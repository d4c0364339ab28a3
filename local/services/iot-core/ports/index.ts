import type { Ports } from "../../../../iot-sql";
import { awsLambda } from "./aws-lambda";
import { getDynamodb } from "./get-dynamodb";
import { getSecret } from "./get-secret";
import type { PortArgs } from "./port";

/**
 * The functions of one rule's SQL that call out. Of those that AWS has, thing shadows, registry data, predictions and protobuf do
 * not exist here, and a rule that calls one is refused by that function's name.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const createPorts = (args: PortArgs): Ports => ({
  awsLambda: awsLambda(args),
  getDynamodb: getDynamodb(args),
  getSecret: getSecret(args),
});
