export const partition = "aws";
export const region = "eu-central-1";
export const account = "123456789012";

/** An ARN in the stand-in's account and region. */
export const regional = (service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;
