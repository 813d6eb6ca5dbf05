/**
 * The loopback IP literals, as a URI writes them; the source of a pattern. On them an app may listen on any port (RFC 8252,
 * section 7.3). `localhost` is not among them: it is a name, and may be resolved to another address (section 8.3).
 */
export const LOOPBACK_IP = String.raw`(?:127\.0\.0\.1|\[::1\])`;

const LOOPBACK_HOST = new RegExp(String.raw`^(?:(?:[a-z\d_-]+\.)*localhost|${LOOPBACK_IP})$`);

/** Whether a host, as a URI writes it, is a loopback IP literal, `localhost` or a name below it (RFC 6761, section 6.3). */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

/** Whether only this machine can reach what listens on the address: `localhost`, `::1`, or any of 127.0.0.0/8 (RFC 1122). */
export const isLoopbackAddress = (address: string): boolean =>
  address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
