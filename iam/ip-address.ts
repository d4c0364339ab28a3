import { BlockList, isIP } from "node:net";

interface Network {
  family: "ipv4" | "ipv6";
  address: string;
  prefix: number;
}

/**
 * An address, or a range in CIDR notation; undefined for anything else. An address alone has the prefix /32 or /128. An IPv4
 * address that a dual-stack socket reports as `::ffff:192.0.2.7` is IPv4.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
export function networkOf(text: string): Network | undefined {
  const [written = "", prefix, ...rest] = text.split("/");
  const address = written.replace(/^::ffff:(?=\d+\.)/i, "");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || rest.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (prefix === undefined) return { family: familyOf(version), address, prefix: bits };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return undefined;
  return { family: familyOf(version), address, prefix: Number(prefix) };
}

const familyOf = (version: number): Network["family"] => (version === 4 ? "ipv4" : "ipv6");

/** True if an address lies in a range of its own family. */
export function isInNetwork(given: string, wanted: string): boolean {
  const [address, network] = [networkOf(given), networkOf(wanted)];
  if (!address || !network || address.family !== network.family) return false;
  const range = new BlockList();
  range.addSubnet(network.address, network.prefix, network.family);
  return range.check(address.address, address.family);
}
