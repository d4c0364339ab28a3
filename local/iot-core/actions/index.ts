import type { ActionKind } from "./action";
import { dynamodbv2 } from "./dynamodbv2";
import { kinesis } from "./kinesis";
import { republish } from "./republish";
import { sns } from "./sns";
import { sqs } from "./sqs";

/** Every kind of action that the local rules engine has. */
export const actionKinds: readonly ActionKind[] = [dynamodbv2, kinesis, republish, sns, sqs];
