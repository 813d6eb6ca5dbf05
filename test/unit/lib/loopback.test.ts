import { isLoopbackAddress, isLoopbackHost, LOOPBACK_IP } from '../../../src/lib/loopback.js';

const isLoopbackIp = (host: string): boolean => new RegExp(`^${LOOPBACK_IP}$`).test(host);

describe('a loopback host', () => {
  it.each([
    // host, of a URI, IP literal, address to listen on
    ['localhost', true, false, true],
    ['127.0.0.1', true, true, true],
    ['[::1]', true, true, false],
    ['::1', false, false, true],
    ['127.0.0.2', false, false, true],
    ['127.0.0.1.example.com', false, false, false],
    ['127x0y0z1', false, false, false],
    ['localhost.example.com', false, false, false],
    ['0.0.0.0', false, false, false],
    ['', false, false, false],
  ])(
    'the host %j is loopback in a URI: %p, as an IP literal: %p, to listen on: %p',
    (host, inUri, asLiteral, toListenOn) => {
      expect([isLoopbackHost(host), isLoopbackIp(host), isLoopbackAddress(host)]).toEqual([
        inUri,
        asLiteral,
        toListenOn,
      ]);
    },
  );
});
