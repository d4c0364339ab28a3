import type { Provisioner } from "../provisioner";

/** The emulator says that a pipe runs and moves nothing, so pipes are ours: local/mappings/pipes. */
export const pipe: Provisioner = async ({ plain }, { hand }) => {
  const { arn } = await hand.pipe(plain);
  return { id: plain.name as string, state: { ...plain, arn } };
};
