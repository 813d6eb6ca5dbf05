import { isIPv6 } from 'node:net';

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What counts as one caller: an IPv4 address, or the /64 that a single IPv6 customer has all of. */
export function networkOf(address: string): string {
  const ipv4 = IPV4_IN_IPV6.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  return isIPv6(address) ? `${prefixOf(address)}::/64` : address;
}

/** The first four of eight groups; `::` stands for as many zeros as are missing (RFC 4291, section 2.2). */
function prefixOf(address: string): string {
  const [before = [], after = []] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const missing = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...missing, ...after].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
