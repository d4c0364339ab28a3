import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName } from "./names";
import { allow, policyDocument } from "./policy-document";

export interface DevicePolicyArgs {
  /** First levels of the devices' topics: `<prefix>/<device>/<channel>`. */
  topicPrefix: string;
}

/** The channels to which a device may publish. */
const channels = ["telemetry", "alerts", "events", "logs", "images"];

/** The name of the thing to which the certificate is attached; AWS IoT replaces the variable when the device connects. */
const self = "${iot:Connection.Thing.ThingName}";

/**
 * The AWS IoT policy for the certificates of devices: connect as the own thing, publish and subscribe to the own topics only. So the
 * device id in a topic is authentic. Attach the policy to each certificate, and each certificate to its thing.
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
