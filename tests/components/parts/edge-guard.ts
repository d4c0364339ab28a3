interface Settings {
  prefix: string;
  longest: string;
}

export const readSettings = (env = process.env): Settings => ({
  prefix: env.PREFIX ?? "none",
  longest: env.LONGEST ?? "none",
});

/** A callback for the edge as small as can be. */
export const createGuard =
  ({ prefix, longest }: Settings) =>
  async (deviceId: string): Promise<string> =>
    `${prefix}/${deviceId} within ${longest}`;
