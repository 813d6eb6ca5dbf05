import { isIP } from 'node:net';
import type { Environment } from './environment.js';

/** Proxies in front of this process: how many, or their addresses and networks. */
export type TrustProxy = number | readonly string[];

/** Trusts no proxy by default: anyone can write an `X-Forwarded-For`, and limits by address would mean nothing. */
export function readTrustProxy(read: Environment, name: string): TrustProxy {
  const entries = read.list(name);
  const [only = ''] = entries;
  if (entries.length === 1 && /^\d$/.test(only)) return Number(only);
  if (entries.every(isNetwork)) return entries;
  read.note(name, 'must be a number of proxies up to 9, or their addresses or networks (CIDR)');
  return [];
}

function isNetwork(text: string): boolean {
  const [, address = '', prefix = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix) <= (version === 4 ? 32 : 128);
}
