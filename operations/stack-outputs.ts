/** The outputs of a part of the program; a queue by its URL, a topic or state machine by its ARN, everything else by its name. */
export type PartOutputs = Readonly<Partial<Record<string, string>>>;

/** The outputs of a stack of this program. */
export interface StackOutputs {
  devicePolicyName: string;
  topicPrefix: string;
  /** By part: each integration by its stem, the shared stream as `telemetry`, the alarms as `alarms`. */
  of: Readonly<Partial<Record<string, PartOutputs>>>;
}

/** The outputs as Pulumi has them, as a program's exports or as `pulumi stack output --json` prints them. */
export function readStackOutputs(outputs: Record<string, unknown>): StackOutputs {
  const { devicePolicyName, topicPrefix, ...of } = outputs;
  if (typeof devicePolicyName !== "string" || typeof topicPrefix !== "string")
    throw new Error(
      "The outputs lack devicePolicyName or topicPrefix: they are of another program.",
    );
  return { devicePolicyName, topicPrefix, of: of as StackOutputs["of"] };
}

/** The stems of the integrations that a stack has, `<source>-to-<target>` each. */
export const stemsIn = ({ of }: StackOutputs): string[] =>
  Object.keys(of).filter((part) => part.includes("-to-"));
