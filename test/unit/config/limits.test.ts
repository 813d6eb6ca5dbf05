import { Config } from '../../../src/config/config.js';

describe('RATE_LIMITS', () => {
  it('rate limits are on unless said otherwise', () => {
    expect(new Config({}).rateLimits).toBe(true);
    expect(new Config({ RATE_LIMITS: 'on' }).rateLimits).toBe(true);
    expect(new Config({ RATE_LIMITS: 'off' }).rateLimits).toBe(false);
  });

  it.each(['false', 'OFF', '0', 'none'])('RATE_LIMITS cannot be %s', (text) => {
    expect(() => new Config({ RATE_LIMITS: text })).toThrow('RATE_LIMITS must be one of on, off.');
  });
});

describe('TRUST_PROXY', () => {
  const read = (text: string): unknown => new Config({ TRUST_PROXY: text }).trustProxy;

  it('TRUST_PROXY trusts nobody unless said otherwise', () => {
    expect(new Config({}).trustProxy).toEqual([]);
    expect(read('')).toEqual([]);
  });

  it('TRUST_PROXY may be a number of proxies', () => {
    expect([read('0'), read('1'), read('9')]).toEqual([0, 1, 9]);
  });

  it('TRUST_PROXY may be a list of addresses and networks', () => {
    expect(read('10.0.0.1')).toEqual(['10.0.0.1']);
    expect(read('10.0.0.0/8, ::1,fd00::/8 192.0.2.7/32')).toEqual([
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
      '192.0.2.7/32',
    ]);
  });

  it.each([
    'true',
    '*',
    '10',
    '-1',
    '1.5',
    '1 2',
    'gateway',
    '10.0.0',
    '10.0.0.1/33',
    '::1/129',
    '10.0.0.1/',
    '/8',
  ])('TRUST_PROXY cannot be %s', (text) => {
    expect(() => read(text)).toThrow('TRUST_PROXY must be a number of proxies up to 9, or their addresses');
  });
});
