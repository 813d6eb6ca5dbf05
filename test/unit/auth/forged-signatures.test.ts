import { constants, createHash, createHmac, privateEncrypt, sign } from 'node:crypto';
import { base64url, goodClaims, goodHeader, hydra, kratos, outcomeOf } from './support.js';

const inputOf = (header: object, claims: object = goodClaims()): string =>
  `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;

const withSignature = (input: string, signature: Buffer): string => `${input}.${base64url(signature)}`;

describe('forged signatures (Wycheproof and the CVEs of SECURITY.md, section 2)', () => {
  describe('when the algorithm is none', () => {
    const [, , stale = ''] = hydra.key.signRaw('{}', '{}').split('.');

    it.each(['none', 'None', 'NONE', 'nOnE'])(
      'a token with the algorithm %s is refused with an empty, a stale and a made-up signature',
      (alg) => {
        const input = inputOf({ ...goodHeader(), alg });
        const outcomes = ['', stale, 'AAAA'].map((signature) => outcomeOf(`${input}.${signature}`));
        expect(outcomes).toEqual(['not_a_compact_jws', 'algorithm', 'algorithm']);
      },
    );
  });

  describe('when the public key serves as an HMAC secret', () => {
    const { publicKey } = hydra.key;
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const jwk = hydra.key.jwk();

    it.each<[string, string | Buffer]>([
      ['PEM', pem],
      ['PEM without a newline', pem.toString().trimEnd()],
      ['PKCS 1 PEM', publicKey.export({ type: 'pkcs1', format: 'pem' })],
      ['DER', publicKey.export({ type: 'spki', format: 'der' })],
      ['modulus', Buffer.from(jwk.n ?? '', 'base64url')],
      ['JWK text', JSON.stringify(jwk)],
      ['nothing', ''],
      ['a weak secret', 'secret'],
    ])('HS256 keyed with the public key as %s is refused, also under the name RS256', (_, secret) => {
      for (const alg of ['HS256', 'RS256']) {
        const input = inputOf({ ...goodHeader(), alg });
        const token = withSignature(input, createHmac('sha256', secret).update(input).digest());
        expect(outcomeOf(token)).toBe(alg === 'HS256' ? 'algorithm' : 'signature');
      }
    });
  });

  describe('when the right RSA key signs in another way', () => {
    const input = inputOf(goodHeader());

    it.each([
      ['RSASSA-PSS', 'sha256', constants.RSA_PKCS1_PSS_PADDING],
      ['SHA-512', 'sha512', constants.RSA_PKCS1_PADDING],
      ['SHA-1', 'sha1', constants.RSA_PKCS1_PADDING],
    ])('a signature made by the right RSA key in another way is refused: %s', (_, digest, padding) => {
      const key = { key: hydra.key.privateKey, padding };
      expect(outcomeOf(withSignature(input, sign(digest, Buffer.from(input), key)))).toBe('signature');
    });

    const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const digest = createHash('sha256').update(input).digest();
    /** A PKCS 1 block of 256 bytes around any digest info, with as much padding as fits or as is wanted. */
    const signBlock = (info: Buffer, padding = 256 - 3 - info.length, after = Buffer.alloc(0)): Buffer => {
      const block = Buffer.concat([
        Buffer.from([0, 1]),
        Buffer.alloc(padding, 0xff),
        Buffer.from([0]),
        info,
        after,
      ]);
      return privateEncrypt({ key: hydra.key.privateKey, padding: constants.RSA_NO_PADDING }, block);
    };
    const info = Buffer.concat([SHA256_INFO, digest]);

    it('an RSA signature of the block that RFC 8017 prescribes is accepted (or the rows below would prove nothing)', () => {
      expect(outcomeOf(withSignature(input, signBlock(info)))).toBe('accepted');
    });

    it.each<[string, Buffer]>([
      ['garbage after the digest', signBlock(info, 8, Buffer.alloc(256 - 3 - 8 - info.length, 0x41))],
      [
        'no NULL parameter',
        signBlock(Buffer.concat([Buffer.from('302f300b0609608648016503040201' + '0420', 'hex'), digest])),
      ],
      [
        'the OID of SHA-1',
        signBlock(Buffer.concat([Buffer.from('302d300906052b0e03021a05000420', 'hex'), digest])),
      ],
      ['no digest info', signBlock(digest)],
      [
        'a long-form length',
        signBlock(Buffer.concat([Buffer.from('308131300d060960864801650304020105000420', 'hex'), digest])),
      ],
    ])('an RSA signature of a block with %s is refused', (_, signature) => {
      expect(outcomeOf(withSignature(input, signature))).toBe('signature');
    });

    const good = signBlock(info);
    const modulus = Buffer.from(hydra.key.jwk().n ?? '', 'base64url');
    const minusOne = Buffer.from((BigInt(`0x${modulus.toString('hex')}`) - 1n).toString(16), 'hex');
    it.each<[string, Buffer]>([
      ['one byte', Buffer.alloc(1)],
      ['zeros', Buffer.alloc(256)],
      ['the modulus', modulus],
      ['the modulus less one', minusOne],
      ['the good one, cut', good.subarray(0, 255)],
      ['the good one and a zero byte', Buffer.concat([good, Buffer.alloc(1)])],
      ['a zero byte and the good one', Buffer.concat([Buffer.alloc(1), good])],
    ])('an RSA signature that is %s is refused', (_, signature) => {
      expect(outcomeOf(withSignature(input, signature))).toBe('signature');
    });
  });

  describe('when an ES256 signature is special', () => {
    const claims = { ...kratos.commonClaims(), sub: 'x', sid: 'x' };
    const input = inputOf(kratos.header(), claims);
    const n = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const pair = (r: bigint, s: bigint): Buffer =>
      Buffer.from([r, s].map((number) => number.toString(16).padStart(64, '0')).join(''), 'hex');
    const good = sign('sha256', Buffer.from(input), {
      key: kratos.key.privateKey,
      dsaEncoding: 'ieee-p1363',
    });

    it('a plain ES256 signature is accepted (or the rows below would prove nothing)', () => {
      expect(outcomeOf(withSignature(input, good))).toBe('accepted');
    });

    it.each<[string, Buffer]>([
      ['r = s = 0 (CVE-2022-21449)', pair(0n, 0n)],
      ['r = 0, s = 1', pair(0n, 1n)],
      ['r = 1, s = 0', pair(1n, 0n)],
      ['r = s = 1', pair(1n, 1n)],
      ['r = s = n', pair(n, n)],
      ['r = s = n - 1', pair(n - 1n, n - 1n)],
      ['the DER form', sign('sha256', Buffer.from(input), kratos.key.privateKey)],
      ['a trailing byte', Buffer.concat([good, Buffer.alloc(1)])],
      ['63 bytes', good.subarray(0, 63)],
      ['r alone', good.subarray(0, 32)],
    ])('a special ES256 signature is refused: %s', (_, signature) => {
      expect(outcomeOf(withSignature(input, signature))).toBe('signature');
    });
  });
});
