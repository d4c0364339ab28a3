import { startPlatform, type Platform } from "../local/platform";
import { prepare } from "../local/emulator/python";
import { directory } from "./program";

export const region = "eu-central-1";

/** An emulator and an IoT Core, with what is made on them; ended again if that cannot be made. */
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
