import { forDevice, forDevices } from "../api-to-devices/requests";
import type { Measured } from "./measured";
import type { Sample } from "./sample";

export const samples: Record<string, Sample[]> = {
  "api-to-devices-reader": [
    {
      title: "asks the index for devices",
      counted: 0,
      event: forDevices({ query: { limit: "2" } }),
      outcome: {
        answer: {
          statusCode: 200,
          headers: {
            "content-type": "application/json",
            "cache-control": "private, no-cache",
            vary: "accept-encoding",
          },
          body: '{"devices":[]}',
        },
      },
      calls: [
        [
          "Query",
          {
            TableName: "iot-integrations-local-iot-to-dynamodb-state",
            IndexName: "devices",
            Limit: 2,
            ExpressionAttributeValues: { ":listing": { S: "devices" } },
          },
        ],
      ],
    },
    {
      title: "refuses a hostile id without asking any table",
      counted: 0,
      event: forDevice("../etc/passwd"),
      outcome: {
        answer: {
          statusCode: 400,
          headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
          body: JSON.stringify({
            type: "about:blank",
            title: "Bad Request",
            status: 400,
            detail: "The request cannot be answered; see errors.",
            errors: [
              {
                in: "path",
                name: "deviceId",
                detail:
                  "deviceId is \"../etc/passwd\"; it must be 1 to 128 letters, digits, ':', '_' and '-'.",
              },
            ],
          }),
        },
      },
      calls: [],
    },
  ],
};

/** Its speed is measured on the running API. */
export const measured: Measured = { calls: [] };
