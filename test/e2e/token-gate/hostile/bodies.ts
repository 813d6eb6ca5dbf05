import { GRANT, MULTIPART, type HostileRequest, type Scene } from './scene.js';

/** What a form may hold. */
export function bodies({ id, stranger, nothing, one, posted }: Scene): HostileRequest[] {
  const repeated = [
    'grant_type',
    'client_id',
    'client_secret',
    'scope',
    'code',
    'code_verifier',
    'redirect_uri',
    'refresh_token',
    'token',
    'client_assertion',
    'something',
  ].flatMap((name) => [
    nothing(`${name} twice`, { body: `${GRANT}&client_id=${id}&${name}=a&${name}=a` }),
    nothing(`${name} twice, of a client that posts its secret`, posted(`&${GRANT}&${name}=a&${name}=b`)),
  ]);
  const bodies: HostileRequest[] = [
    one('two audiences', { body: `${GRANT}&audience=a&audience=b` }),
    one('two resources', { body: `${GRANT}&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb` }),
    one('empty pieces', { body: `&&${GRANT}&` }),
    one('a name without a value', { body: `${GRANT}&something` }),
    one('text of other languages', { body: `${GRANT}&something=%C3%A9%E2%82%AC` }),
    nothing('a name in two encodings', { body: `${GRANT}&grant%5Ftype=refresh_token` }),
    nothing('a name in two encodings, of which one is broken', { body: `${GRANT}&grant_typ%=x` }),
    nothing('a semicolon', { body: `${GRANT};scope=a` }),
    nothing('a semicolon before a client', { body: `${GRANT};client_id=${stranger}` }),
    nothing('half an escape', { body: `${GRANT}&scope=%2` }),
    nothing('no escape', { body: `${GRANT}&scope=100%` }),
    nothing('an escape of other digits', { body: `${GRANT}&scope=%zz` }),
    nothing('an escaped byte that is no UTF-8', { body: `${GRANT}&scope=%ff` }),
    nothing('an overlong escape', { body: `${GRANT}&scope=%c0%af` }),
    nothing('half a surrogate', { body: `${GRANT}&scope=%ed%a0%80` }),
    nothing('a byte that is no UTF-8', {
      body: Buffer.concat([Buffer.from(`${GRANT}&scope=`), Buffer.of(0xff)]),
    }),
    nothing('a byte order mark', { body: Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(GRANT)]) }),
    nothing('a NUL', { body: `${GRANT}&scope=a\u0000b` }),
    nothing('an escaped NUL', { body: `${GRANT}&scope=a%00b` }),
    nothing('an escaped line break', { body: `${GRANT}&scope=a%0d%0aX: y` }),
    nothing('a line break at the end', { body: `${GRANT}\r\n` }),
    nothing('a name with a blank', { body: `${GRANT}&+scope=a` }),
    nothing('a name of other letters', { body: `${GRANT}&sc%C3%B6pe=a` }),
    nothing('a name that is too long', { body: `${GRANT}&${'x'.repeat(129)}=a` }),
    nothing('no name', { body: `${GRANT}&=a` }),
    nothing('too many parameters', {
      body: `${GRANT}${Array.from({ length: 101 }, (_, index) => `&p${index}=x`).join('')}`,
    }),
    nothing('a body as JSON', { body: JSON.stringify({ grant_type: 'client_credentials', client_id: id }) }),
    nothing('a body of several parts', { body: MULTIPART.replace('--x--', `--x\r\nclient_id=${id}&`) }),
    one('a body of 64 kB', { body: `${GRANT}&x=${'y'.repeat(64 * 1024 - GRANT.length - 3)}` }),
    nothing('a body above 64 kB', { body: `${GRANT}&x=${'y'.repeat(64 * 1024)}` }),
    nothing('chunks above 64 kB', {
      framing: ['Transfer-Encoding: chunked'],
      body: `${Array.from({ length: 70 }, () => `400\r\n${'y'.repeat(1024)}\r\n`).join('')}0\r\n\r\n`,
    }),
    nothing('a length of a gigabyte', { framing: ['Content-Length: 1000000000'] }),
  ];
  return [repeated, bodies].flat();
}
