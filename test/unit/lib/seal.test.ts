import { randomBytes } from 'node:crypto';
import { Seal } from '../../../src/lib/seal.js';

const KEY = randomBytes(32);
const OWNER = Buffer.from('a call');
const TEXT = 'ocs_KI7fW0cXvJ';
const seal = new Seal([KEY], 'test/v1');

describe('Seal', () => {
  it('a seal opens what it has sealed, and never seals the same twice', () => {
    const [one, other] = [seal.seal(TEXT, OWNER), seal.seal(TEXT, OWNER)];
    expect([seal.open(one, OWNER), seal.open(other, OWNER)]).toEqual([TEXT, TEXT]);
    expect(one.equals(other)).toBe(false);
    expect(one.includes(TEXT)).toBe(false);
  });

  it('a seal opens with an older key, and seals with the newest', () => {
    const newer = new Seal([randomBytes(32), KEY], 'test/v1');
    expect(newer.open(seal.seal(TEXT, OWNER), OWNER)).toBe(TEXT);
    expect(seal.open(newer.seal(TEXT, OWNER), OWNER)).toBeNull();
  });

  it.each([
    ['another key', new Seal([randomBytes(32)], 'test/v1'), OWNER],
    ['another purpose', new Seal([KEY], 'other/v1'), OWNER],
    ['another owner', seal, Buffer.from('another call')],
    ['no key at all', new Seal([], 'test/v1'), OWNER],
  ])('a sealed text does not open with %s', (_, other, owner) => {
    expect(other.open(seal.seal(TEXT, OWNER), owner)).toBeNull();
  });

  it('a sealed text does not open when any byte of it has changed, or the end is missing', () => {
    const sealed = seal.seal(TEXT, OWNER);
    for (let index = 0; index < sealed.length; index++) {
      const damaged = Buffer.from(sealed);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(seal.open(damaged, OWNER)).toBeNull();
    }
    for (const length of [0, 1, 28, sealed.length - 1])
      expect(seal.open(sealed.subarray(0, length), OWNER)).toBeNull();
  });
});
