/** The topics of messages that rules carry to callbacks: `<prefix>/<deviceId>/<channel>`. */
export const channels = ["telemetry", "logs"] as const;

export type Channel = (typeof channels)[number];

/** What devices send: messages by MQTT, images by uploads to S3, or readings by posts over HTTPS. */
export type Medium = Channel | "images" | "posts";
