/** Why a message is not a reading; operators and dashboards count by these. */
export type Reason =
  | "not-an-envelope"
  | "not-utf8"
  | "not-json"
  | "too-deep"
  | "lone-surrogate"
  | "illegal-character"
  | "number-too-large"
  | "not-an-object"
  | "missing-field"
  | "wrong-type"
  | "out-of-range"
  | "unknown-field"
  | "illegal-device-id"
  | "wrong-device"
  | "clock-ahead"
  | "clock-behind"
  | "not-critical"
  /** A store refused the reading although it is valid, such as a column of another type. */
  | "refused-by-store"
  /** Of valid readings that a destination does not take. */
  | "too-old-for-datadog"
  | "refused-by-datadog"
  /** The model of SageMaker does not accept it. */
  | "refused-by-model"
  /** Of log messages whose sentiment Comprehend cannot detect. */
  | "empty-text"
  | "unsupported-language"
  | "refused-by-comprehend"
  /** Of what is uploaded for image analysis. */
  | "not-an-image-event"
  | "image-format"
  | "image-too-large"
  | "image-too-small"
  | "image-missing"
  /** Of a text field, by its name. */
  | `${string}-too-long`;

export interface Invalid {
  reason: Reason;
  /** One sentence for a person: field, value, what it must be. */
  detail: string;
}

export const invalid = (reason: Reason, detail: string): { ok: false } & Invalid => ({
  ok: false,
  reason,
  detail,
});

/** A value as JSON, shortened so that a log line stays a line. */
export function quote(value: unknown): string {
  const text =
    typeof value === "object" && value !== null ? kindOf(value) : JSON.stringify(value ?? null);
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
}

const kindOf = (value: object): string => (Array.isArray(value) ? "an array" : "an object");
