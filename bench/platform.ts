import { startPlatform, type Platform } from "../local/platform";
import { prepare } from "../local/emulator/python";
import { directory } from "./program";

export const region = "eu-central-1";

/** Starts the emulator and the local IoT Core and creates a world on them; stops them if that fails. */
export async function openPlatform<World>(
  furnish: (platform: Platform) => Promise<World>,
): Promise<World> {
  const python = await prepare({ directory });
  const platform = await startPlatform({ directory, python, region });
  try {
    return await furnish(platform);
  } catch (error) {
    await platform.stop();
    throw error;
  }
}
