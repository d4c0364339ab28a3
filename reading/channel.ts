/** The topics of messages that rules carry to callbacks: `<prefix>/<deviceId>/<channel>`. */
export const channels = ["telemetry", "logs"] as const;

export type Channel = (typeof channels)[number];
