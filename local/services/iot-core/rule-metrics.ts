/** The metrics of a rule, by their CloudWatch names. */
export interface RuleMetrics {
  /** Messages that match the topic filter, regardless of the WHERE clause. */
  TopicMatch: number;
  /** Messages for which evaluation failed, or whose payload is not JSON although the statement reads attributes. */
  ParseError: number;
  /** Messages throttled by account limits, which are not implemented here: always 0. */
  RuleMessageThrottled: 0;
  /** Successful actions. */
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
