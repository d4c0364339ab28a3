/** A call that a message path makes: the action and the ARN of the resource. */
export interface Use {
  action: string;
  arn: string;
}
