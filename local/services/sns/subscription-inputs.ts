/** The inputs of `aws.sns.TopicSubscription` that are used here. */
export interface SubscriptionInputs {
  /** The topic's ARN. */
  topic: string;
  protocol: string;
  /** An address, a number, a URL, or the ARN of a function or queue. */
  endpoint: string;
  /** JSON with `deadLetterTargetArn`. */
  redrivePolicy?: string;
}

const protocols = ["lambda", "email", "sms", "https", "sqs"] as const;
export type Protocol = (typeof protocols)[number];

const isProtocol = (protocol: string): protocol is Protocol =>
  (protocols as readonly string[]).includes(protocol);

const known = new Set(["topic", "protocol", "endpoint", "redrivePolicy", "region"]);
/** Values that mean the same as an absent setting. */
const withoutEffect = new Set<unknown>([undefined, null, false, ""]);

/** Throws one sentence for the first setting that is not honoured here. */
export function refuseUnsupported(inputs: SubscriptionInputs & Record<string, unknown>): {
  protocol: Protocol;
  deadLetterQueueArn: string | undefined;
} {
  const { protocol, redrivePolicy } = inputs;
  const where = `The subscription of ${inputs.endpoint} to ${inputs.topic}`;
  const unknown = Object.keys(inputs).find(
    (name) => !known.has(name) && !withoutEffect.has(inputs[name]),
  );
  if (unknown) {
    throw new Error(`${where} sets '${unknown}', which the local run lacks; leave it out.`);
  }
  if (!isProtocol(protocol)) {
    throw new Error(
      `${where} has protocol '${protocol}'; the local run knows ${protocols.join(", ")}.`,
    );
  }
  const policy = redrivePolicy
    ? (JSON.parse(redrivePolicy) as { deadLetterTargetArn?: string })
    : undefined;
  return { protocol, deadLetterQueueArn: policy?.deadLetterTargetArn };
}
