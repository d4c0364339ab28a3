import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName } from "./names";
import { allow, policyDocument } from "./policy-document";

export interface DevicePolicyArgs {
  topicPrefix: string;
}

/** What a device may send: `<prefix>/<its own name>/…`. */
const channels = ["telemetry", "alerts", "events", "logs", "images"];

/** The name of the thing that the certificate belongs to, filled in by AWS IoT when the device connects. */
const self = "${iot:Connection.Thing.ThingName}";

/**
 * The policy for every device's certificate: connect as one's own thing, publish and subscribe to one's own topics only.
 * So the device id in a topic can be believed. Attach it to each certificate, and each certificate to its thing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export class DevicePolicy extends pulumi.ComponentResource {
  readonly name: string;

  constructor(name: string, args: DevicePolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DevicePolicy", name, {}, opts);
    const own = (channel: string) => `${args.topicPrefix}/${self}/${channel}`;
    this.name = physicalName("device policy", name);

    new aws.iot.Policy(
      name,
      {
        name: this.name,
        policy: policyDocument([
          allow("ConnectAsOneself", "iot:Connect", arn.client(self), {
            Bool: { "iot:Connection.Thing.IsAttached": "true" },
          }),
          allow(
            "PublishOwn",
            "iot:Publish",
            channels.map((channel) => arn.mqttTopic(own(channel))),
          ),
          allow("SubscribeToOwn", "iot:Subscribe", arn.topicFilter(own("acks"))),
          allow("ReceiveOwn", "iot:Receive", arn.mqttTopic(own("acks"))),
        ]),
      },
      { parent: this },
    );
    this.registerOutputs({ name: this.name });
  }
}
