import * as assert from "node:assert/strict";
import {
  reservedFault,
  reservedFilterFault,
} from "../../../../local/services/iot-core/reserved-topics";

describe("reserved topics", () => {
  const lacking: [topic: string, feature: string][] = [
    ["$aws/things/pump-7/shadow/update", "device shadows"],
    ["$aws/things/pump-7/shadow/name/config/get/accepted", "device shadows"],
    ["$aws/things/pump-7/jobs/get", "jobs"],
    ["$aws/things/pump-7/jobs/job-1/update", "jobs"],
    ["$aws/things/pump-7/defender/metrics/json", "Device Defender"],
    ["$aws/things/pump-7/tunnels/notify", "secure tunneling"],
    ["$aws/things/pump-7/streams/stream-1/get/json", "MQTT-based file delivery"],
    ["$aws/commands/things/pump-7/executions/1/response/json", "commands"],
    ["$aws/device_location/pump-7/get_position_estimate", "Device Location"],
    ["$aws/certificates/create/json", "fleet provisioning"],
    ["$aws/provisioning-templates/fleet/provision/cbor", "fleet provisioning"],
    ["$aws/sitewise/asset-models/m/assets/a/properties/p", "AWS IoT SiteWise's asset properties"],
    ["$aws/events/subscriptions/subscribed/pump-7", "events of subscriptions"],
    ["$aws/events/certificates/registered/ca", "events of certificates"],
    ["$aws/events/job/job-1/completed", "events of jobs"],
    ["$aws/events/jobExecution/job-1/failed", "events of jobs"],
    ["$aws/events/thing/pump-7/created", "events of the registry"],
    ["$aws/events/thingGroupMembership/thingGroup/g/thing/t/added", "events of the registry"],
    ["$aws/things/+/shadow/#", "device shadows"],
    [
      "$aws/things/pump-7/+/get",
      "device shadows, jobs, Device Defender, secure tunneling, MQTT-based file delivery",
    ],
    [
      "$aws/events/#",
      "events of subscriptions, events of certificates, events of jobs, events of the registry",
    ],
  ];
  for (const [topic, feature] of lacking)
    it(`name the feature that is lacking: ${topic}`, () => {
      const reason = `'${topic}' is reserved for ${feature}, which the local IoT Core lacks.`;
      assert.equal(reservedFault(topic), reason);
      assert.equal(reservedFilterFault(topic), reason);
    });

  for (const topic of ["$SYS/broker", "$aws/things/pump-7/other", "$aws/rules", "$mine"])
    it(`say that AWS defines none: ${topic}`, () =>
      assert.equal(
        reservedFault(topic),
        `'${topic}' is reserved, and AWS IoT Core defines no such topic.`,
      ));

  it("let clients subscribe to presence events, and not publish them", () => {
    const topic = "$aws/events/presence/connected/pump-7";
    assert.equal(reservedFilterFault(topic), undefined);
    assert.equal(
      reservedFault(topic),
      `'${topic}' is reserved for presence events, which AWS IoT Core alone publishes.`,
    );
  });

  it("are no others", () => assert.equal(reservedFault("aws/things"), undefined));
});
