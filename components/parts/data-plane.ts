import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Host of the account's own endpoint for MQTT and for messages over HTTPS. */
export const dataEndpoint = (): pulumi.Output<string> =>
  aws.iot.getEndpointOutput({ endpointType: "iot:Data-ATS" }).endpointAddress;

/**
 * The environment of a function that publishes messages: the account's own endpoint, which the SDK takes from this variable.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const dataPlane = (): { AWS_ENDPOINT_URL_IOT_DATA_PLANE: pulumi.Output<string> } => ({
  AWS_ENDPOINT_URL_IOT_DATA_PLANE: dataEndpoint().apply((endpoint) => `https://${endpoint}`),
});
