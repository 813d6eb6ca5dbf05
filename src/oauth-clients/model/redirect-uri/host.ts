import { domainToASCII, domainToUnicode } from 'node:url';

const HOST_LABEL = '[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);
const IPV6_ADDRESS = /^\[[\da-f:]+\]$/;
const EXAMPLE_HOST = 'app.example.com';

/** Whether all parsers read the host of an http or https URI as it is written. Of an address they rewrite all forms but one. */
export function isCanonicalHost(host: string): boolean {
  if (!IPV6_ADDRESS.test(host) && !(HOST_NAME.test(host) && isDecodable(host))) return false;
  const asUrl = `https://${host}/`;
  return URL.canParse(asUrl) && new URL(asUrl).href === asUrl;
}

/** The authority of a private-use URI is its app's own text. Go refuses percent-encoding there, and brackets are for IPv6. */
export const isPrivateUseHost = (host: string): boolean =>
  IPV6_ADDRESS.test(host) ? isCanonicalHost(host) : !/[%[\]]/.test(host);

export const isCanonicalPort = (port: string): boolean =>
  /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;

/** URL parsers disagree on broken punycode, those of Node 20 and 24 included: each label must decode and encode back. */
function isDecodable(name: string): boolean {
  const unicode = domainToUnicode(name);
  return !/(?:^|\.)xn--/.test(unicode) && domainToASCII(unicode) === name;
}

/** The canonical host that is probably meant. */
export function nearestHost(host: string): string {
  const asUrl = `https://${host}/`;
  const parsed = URL.canParse(asUrl) ? new URL(asUrl).hostname : '';
  const labels = host.replace(/%[\da-f]{2}|[^\w.-]/gi, '').split('.');
  const cleaned = labels
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter(Boolean)
    .join('.');
  return [parsed, cleaned.toLowerCase()].find(isCanonicalHost) ?? EXAMPLE_HOST;
}

/** The host in punycode, if it has one. */
export const inPunycode = (host: string): string =>
  domainToASCII(host) || host.replace(/[^\x20-\x7e]/g, '') || EXAMPLE_HOST;
