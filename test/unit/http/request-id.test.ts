import { requestIdOf } from '../../../src/http/request-id.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const idFor = (given: string | string[] | undefined): string =>
  requestIdOf({ headers: given === undefined ? {} : { 'x-request-id': given } });

describe('requestIdOf', () => {
  it.each(['a', 'A.b_c-9', '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f', 'x'.repeat(64)])(
    'a request keeps its id %s',
    (given) => {
      expect(idFor(given)).toBe(given);
    },
  );

  it.each(['', ' ', 'x'.repeat(65), 'a b', 'a\nb', 'a\n', '"', '{}', 'é', '%0a', 'a,b', '<b>', '\0'])(
    'a request gets a new id instead of %j',
    (given) => {
      expect(idFor(given)).toMatch(UUID);
    },
  );

  it('a request gets a new id without a header, and instead of several', () => {
    expect(idFor(undefined)).toMatch(UUID);
    expect(idFor(['a', 'b'])).toMatch(UUID);
    expect(idFor(undefined)).not.toBe(idFor(undefined));
  });
});
