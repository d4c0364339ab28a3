import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** A function that a distribution calls at the edge. */
export interface EdgeAssociation {
  distribution: Resource;
  eventType: string;
  /** The ARN that the distribution names. */
  arn: Place;
  /** Undefined for one that is not in the stack. */
  function: Resource | undefined;
}

/** The behaviours of a distribution: the default one and those for patterns of paths. */
export const behavioursOf = ({ inputs }: Resource): Place[] => [
  ...inputs.at("defaultCacheBehavior").items(),
  ...inputs.at("orderedCacheBehaviors").items(),
];

export const edgeAssociations = (stack: Stack): EdgeAssociation[] =>
  stack.of("aws:cloudfront/distribution:Distribution").flatMap((distribution) =>
    behavioursOf(distribution).flatMap((behaviour) =>
      behaviour
        .at("lambdaFunctionAssociations")
        .items()
        .map((association) => {
          const arn = association.at("lambdaArn");
          const eventType = association.at("eventType").text() ?? "";
          const called = stack.referredTo(distribution, arn, "function");
          return { distribution, eventType, arn, function: called };
        }),
    ),
  );
