/** What AWS IoT Core counts of a rule, by the names of its CloudWatch metrics. */
export interface RuleMetrics {
  /** Messages that the rule listens to, whether its WHERE lets them pass or not. */
  TopicMatch: number;
  /** Messages that the statement could not be evaluated for, or whose payload is no JSON where it reads attributes. */
  ParseError: number;
  /** Messages that a rule was kept from for its account's limits, which do not exist here: none. */
  RuleMessageThrottled: 0;
  /** Actions that their service took. */
  Success: number;
  Failure: number;
  ErrorActionSuccess: number;
  ErrorActionFailure: number;
}

export const noMetrics = (): RuleMetrics => ({
  TopicMatch: 0,
  ParseError: 0,
  RuleMessageThrottled: 0,
  Success: 0,
  Failure: 0,
  ErrorActionSuccess: 0,
  ErrorActionFailure: 0,
});
