import * as assert from "node:assert/strict";
import type { ConnectPacket } from "aedes";
import {
  defaultKeepAlive,
  grantKeepAlive,
} from "../../../../local/services/iot-core/connect-packet";

describe("keep-alive", () => {
  const asked: [what: string, asked: number | undefined, granted: number][] = [
    ["none at all", undefined, 1_200],
    ["none", 0, 1_200],
    ["less than AWS grants", 5, 30],
    ["what AWS grants", 60, 60],
    ["more than AWS grants", 65_535, 1_200],
  ];
  for (const [what, keepalive, granted] of asked)
    it(`is ${granted} seconds for a client that asks for ${what}`, () => {
      const packet = { cmd: "connect", clientId: "a", keepalive } as ConnectPacket;
      grantKeepAlive(packet, defaultKeepAlive);
      assert.equal(packet.keepalive, granted);
    });
});
