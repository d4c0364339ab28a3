import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { DeliveryStreams } from "./delivery-streams";
import { mostRetrySeconds } from "./most-retry-seconds";

/** What the provisioners of this service use of the local run. */
interface FirehoseServices {
  deliveryStreams: Pick<DeliveryStreams, "add">;
}

/** The local run delivers records itself: the emulator delivers each record at once and unchanged. */
const deliveryStream: Provisioner<FirehoseServices> = async (
  resource,
  { services, notHonoured },
) => {
  const inputs = inputsOf<aws.kinesis.FirehoseDeliveryStreamArgs, "name">(resource, "name");
  const { arn } = await services.deliveryStreams.add(inputs);
  if (inputs.serverSideEncryption?.enabled)
    notHonoured("Records that delivery streams hold are not encrypted here.");
  const { httpEndpointConfiguration: http, splunkConfiguration: splunk } = inputs;
  const seconds = http ? (http.retryDuration ?? 300) : splunk ? (splunk.retryDuration ?? 3600) : 0;
  if (seconds > mostRetrySeconds)
    notHonoured(
      `Delivery streams retry a failing endpoint for ${mostRetrySeconds} s here, however long their retryDuration is.`,
    );
  return { id: arn, state: { ...resource.plain, name: inputs.name, arn } };
};

/** The provider counts Firehose among Kinesis. */
export const provisioners: Provisioners<FirehoseServices> = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": deliveryStream,
};
