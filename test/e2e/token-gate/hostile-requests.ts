import { randomBytes, randomUUID } from 'node:crypto';

/** Whose credentials the requests hold. */
export interface Cast {
  /** Of `client_secret_basic`, `client_secret_post` and `none`, each with its secret. */
  readonly basic: Credentials;
  readonly post: Credentials;
  readonly public: Credentials;
  readonly disabled: Credentials;
  readonly deleted: Credentials;
  /** With a secret that has expired, and one that was ended. */
  readonly expired: Credentials;
  readonly ended: Credentials;
}

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** What has to arrive at Hydra: nothing, or one request of the client, written anew. */
export type Expectation = 'nothing' | 'one';
export type HostileRequest = readonly [name: string, expected: Expectation, bytes: Buffer];

interface Parts {
  readonly method?: string;
  readonly path?: string;
  /** Lines. */
  readonly headers?: readonly string[];
  readonly authorization?: string | null;
  readonly type?: string | null;
  readonly body?: string | Buffer;
  /** Its lines in place of the length. */
  readonly framing?: readonly string[];
}

const FORM = 'application/x-www-form-urlencoded';
const GRANT = 'grant_type=client_credentials';
const MULTIPART =
  '--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--x--\r\n';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

/** At least 150 ways to say something to a token endpoint that two readers could take for two things. */
export function hostileRequests(cast: Cast): HostileRequest[] {
  const { id, secret } = cast.basic;
  const right = `Basic ${base64(`${id}:${secret}`)}`;
  const assertion = (sub: string): string =>
    `client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${[
      { alg: 'none' },
      { sub, iss: sub },
      'x',
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')}`;
  const stranger = randomUUID();
  const ownSecret = `ocs_${randomBytes(32).toString('base64url')}`;

  const bytes = ({ method = 'POST', path = '/oauth2/token', body = GRANT, ...parts }: Parts): Buffer => {
    const content = Buffer.from(body);
    const { authorization = right, type = FORM } = parts;
    const lines = [
      `${method} ${path} HTTP/1.1`,
      'Host: registry',
      'Connection: close',
      ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
      ...(type === null ? [] : [`Content-Type: ${type}`]),
      ...(parts.headers ?? []),
      ...(parts.framing ?? [`Content-Length: ${content.length}`]),
    ];
    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
  };
  const row = (name: string, expected: Expectation, parts: Parts): HostileRequest => [
    name,
    expected,
    bytes(parts),
  ];
  const nothing = (name: string, parts: Parts): HostileRequest => row(name, 'nothing', parts);
  const one = (name: string, parts: Parts): HostileRequest => row(name, 'one', parts);
  /** With the credentials in the body. */
  const posted = (rest: string, who = cast.post): Parts => ({
    authorization: null,
    body: `client_id=${who.id}&client_secret=${encodeURIComponent(who.secret)}${rest}`,
  });

  const methods = [
    'GET',
    'HEAD',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'post',
    'POSTX',
  ].map((method) => nothing(`the method ${method}`, { method }));
  const paths = [
    '/oauth2/token/',
    '//oauth2/token',
    '/oauth2//token',
    '/oauth2/./token',
    '/oauth2/x/../token',
    '/oauth2/token/../token',
    '/oauth2/token/.',
    '/oauth2/%74oken',
    '/oauth2/toke%6E',
    '/%6fauth2/token',
    '/oauth2%2Ftoken',
    '/oauth2%2ftoken%2f',
    '/oauth2%5Ctoken',
    '/oauth2/token%2F',
    '/oauth2/token%20',
    '/oauth2/token%00',
    '/oauth2/token%3Fx',
    '/oauth2/token;x=y',
    '/oauth2/token?',
    '/oauth2/token?x=1',
    `/oauth2/token?client_id=${stranger}`,
    `/oauth2/token?${GRANT}`,
    '/oauth2/token#x',
    '/OAUTH2/token',
    '/oauth2/Token',
    '/oauth2/revoke/',
    'http://hydra/oauth2/token',
    'oauth2/token',
    '*',
  ].map((path) => nothing(`the target ${path}`, { path }));
  const types = [
    null,
    '',
    'text/plain',
    'application/json',
    'multipart/form-data; boundary=x',
    `${FORM}; charset=utf-16`,
    `${FORM}; charset=iso-8859-1`,
    `${FORM}; charset=utf-7`,
    `${FORM}; charset=utf-8; charset=utf-16`,
    `${FORM}; boundary=x`,
    `${FORM}, text/plain`,
    `${FORM}x`,
    `x${FORM}`,
  ].map((type) =>
    nothing(`the content type ${type}`, { type, body: type?.startsWith('multipart') ? MULTIPART : GRANT }),
  );
  const goodTypes = [`${FORM};charset=UTF-8`, `${FORM}; charset="utf-8"`, FORM.toUpperCase(), `${FORM};`].map(
    (type) => one(`the content type ${type}`, { type }),
  );
  const framings: HostileRequest[] = [
    one('a chunked body', {
      framing: ['Transfer-Encoding: chunked'],
      body: `5\r\n${GRANT.slice(0, 5)}\r\n${(GRANT.length - 5).toString(16)}\r\n${GRANT.slice(5)}\r\n0\r\n\r\n`,
    }),
    one('a chunked body with a trailer', {
      framing: ['Transfer-Encoding: chunked', 'Trailer: Authorization'],
      body: `${GRANT.length.toString(16)}\r\n${GRANT}\r\n0\r\nAuthorization: Basic eDp5\r\n\r\n`,
    }),
    nothing('a length beside chunks', {
      framing: ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      body: `${GRANT.length.toString(16)}\r\n${GRANT}\r\n0\r\n\r\n`,
    }),
    nothing('chunks of a size that is no number', {
      framing: ['Transfer-Encoding: chunked'],
      body: `0x1d\r\n${GRANT}\r\n0\r\n\r\n`,
    }),
    ...['xchunked', 'chunked, identity', 'gzip, chunked', '\tchunked\u000b'].map((coding) =>
      nothing(`the transfer coding ${JSON.stringify(coding)}`, { framing: [`Transfer-Encoding: ${coding}`] }),
    ),
    ...['+29', '29 ', '0x1d', '29, 29', '-1', '29;', '1e2'].map((length) =>
      row(`the length ${JSON.stringify(length)}`, length === '29 ' ? 'one' : 'nothing', {
        framing: [`Content-Length: ${length}`],
      }),
    ),
    nothing('two lengths', { framing: ['Content-Length: 29', 'Content-Length: 28'] }),
    nothing('a second request behind the first', {
      authorization: `Basic ${base64(`${id}:x`)}`,
      framing: ['Content-Length: 0'],
      body: `POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
    }),
    ...['gzip', 'deflate', 'identity'].map((coding) =>
      nothing(`the content encoding ${coding}`, { headers: [`Content-Encoding: ${coding}`] }),
    ),
    nothing('a header over two lines', { headers: ['X-Long: a', ' b: c'] }),
    nothing('a header without a colon', { headers: ['Authorization'] }),
    nothing('a blank before the colon', { headers: ['X-Real : y'] }),
    nothing('a NUL in a header', { headers: ['X-Nul: a\u0000b'] }),
    nothing('two Hosts', { headers: ['Host: hydra'] }),
    nothing('two content types', { headers: [`Content-Type: ${FORM}`] }),
    nothing('too many headers', { headers: Array.from({ length: 120 }, (_, index) => `X-${index}: y`) }),
    nothing('headers that are too large', { headers: [`X-Large: ${'y'.repeat(17_000)}`] }),
    one('a header of one hop', {
      headers: ['TE: trailers', 'Proxy-Authorization: Basic eDp5', 'Upgrade-Insecure-Requests: 1'],
    }),
    one('what other proxies go by', {
      headers: ['X-Original-URL: /admin/clients', 'X-Rewrite-URL: /admin', 'X-HTTP-Method-Override: DELETE'],
    }),
  ];
  const authorizations = [
    'Basic',
    'Basic ',
    'Basic !!!!',
    `Basic ${base64(id)}`,
    `Basic ${base64(`:${secret}`)}`,
    `Basic ${base64(`${id}:`)}`,
    `Basic ${base64(`${id} :${secret}`)}`,
    `Basic ${base64(`${id}: ${secret}`)}`,
    `Basic ${base64(`${id}:${secret}:`)}`,
    `Basic ${base64(`${id}:${secret}\n`)}`,
    `Basic ${base64(`${id}:${secret}%0A`)}`,
    `Basic ${base64(`${id}:${secret}%00`)}`,
    `Basic ${base64(`${id}:${secret}%`)}`,
    `Basic ${base64(`${id}:${secret}%zz`)}`,
    `Basic ${base64(`${id.toUpperCase()}:${secret}`)}`,
    `Basic ${base64(`{${id}}:${secret}`)}`,
    `Basic ${base64(Buffer.concat([Buffer.from(`${id}:${secret}`), Buffer.of(0xff)]))}`,
    `Basic  ${base64(`${id}:${secret}`)}`,
    `Basic\t${base64(`${id}:${secret}`)}`,
    `Basic ${base64(`${id}:${secret}`)}, Basic ${base64(`${stranger}:x`)}`,
    `Basic ${base64(`${id}:${secret}`)} x`,
    `Basic ${base64(`${id}:${secret}`)}=`,
    `Basic ${base64(`${id}:${secret}`).slice(0, -1)}*`,
    `Digest username="${id}", response="${secret}"`,
    `${base64(`${id}:${secret}`)}`,
  ].map((authorization, index) =>
    nothing(`credentials of form ${index + 1}`, { authorization, body: `${GRANT}&client_id=${id}` }),
  );
  const goodAuthorizations = [
    one('a scheme in lower case', { authorization: right.replace('Basic', 'basic') }),
    one('form-encoded credentials', {
      authorization: `Basic ${base64(`${id.replaceAll('-', '%2D')}:${secret.replace('o', '%6F')}`)}`,
    }),
    one('the client named twice alike', { body: `${GRANT}&client_id=${id}` }),
    one('the client named in the body in another encoding', {
      body: `client%5Fid=${id.replaceAll('-', '%2d')}&${GRANT}`,
    }),
  ];
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
  const twice: HostileRequest[] = [
    nothing('two Authorization headers', { headers: [`Authorization: ${right}`] }),
    nothing('a second Authorization header of another client', {
      headers: [`Authorization: Basic ${base64(`${stranger}:x`)}`],
    }),
    nothing('the secret in header and body', { body: `${GRANT}&client_id=${id}&client_secret=${secret}` }),
    nothing('another secret in the body', { body: `${GRANT}&client_secret=x` }),
    nothing('a secret and an assertion', { body: `${GRANT}&${assertion(id)}` }),
    nothing('a posted secret and an assertion', posted(`&${GRANT}&${assertion(cast.post.id)}`)),
    nothing('another client in the body', { body: `${GRANT}&client_id=${cast.post.id}` }),
    nothing('a stranger in the body', { body: `${GRANT}&client_id=${stranger}` }),
    nothing('a client of the platform in the body', { body: `${GRANT}&client_id=dashboard` }),
    nothing('no client in the body', { body: `${GRANT}&client_id=` }),
    nothing('a stranger in the header', {
      authorization: `Basic ${base64(`${stranger}:x`)}`,
      body: `${GRANT}&client_id=${id}&client_secret=${secret}`,
    }),
    nothing('a client of the platform in the header', {
      authorization: `Basic ${base64('dashboard:x')}`,
      body: `${GRANT}&client_id=${cast.post.id}&client_secret=${cast.post.secret}`,
    }),
    nothing('an assertion of a client', { authorization: null, body: `${GRANT}&${assertion(id)}` }),
    nothing('an assertion about another', {
      authorization: null,
      body: `${GRANT}&client_id=${stranger}&${assertion(id)}`,
    }),
    nothing('an assertion of a stranger for a client', {
      authorization: null,
      body: `${GRANT}&client_id=${id}&${assertion(stranger)}`,
    }),
    nothing('very many clients', {
      authorization: null,
      body: Array.from({ length: 9 }, () => `client_id=${randomUUID()}`).join('&'),
    }),
  ];
  const unproven: HostileRequest[] = [
    nothing('basic credentials in the body', posted(`&${GRANT}`, cast.basic)),
    nothing('posted credentials in the header', {
      authorization: `Basic ${base64(`${cast.post.id}:${cast.post.secret}`)}`,
    }),
    nothing('no secret', { authorization: null, body: `${GRANT}&client_id=${id}` }),
    nothing('no secret, of a client that posts it', {
      authorization: null,
      body: `${GRANT}&client_id=${cast.post.id}`,
    }),
    nothing('a secret of a public client', {
      authorization: null,
      body: `grant_type=authorization_code&code=x&client_id=${cast.public.id}&client_secret=x`,
    }),
    nothing('a Basic secret of a public client', {
      authorization: `Basic ${base64(`${cast.public.id}:x`)}`,
      body: 'grant_type=authorization_code&code=x',
    }),
    one('a public client', {
      authorization: null,
      body: `grant_type=authorization_code&code=x&client_id=${cast.public.id}`,
    }),
    one('a public client with an empty secret', {
      authorization: null,
      body: `grant_type=authorization_code&code=x&client_id=${cast.public.id}&client_secret=`,
    }),
    one('a client that posts its secret', posted(`&${GRANT}`)),
    one('a right secret', {}),
    ...(
      [
        ['shorter', secret.slice(0, -1)],
        ['longer', `${secret}x`],
        ['upper-case', secret.toUpperCase()],
        ['other', `ocs_${randomBytes(32).toString('base64url')}`],
        ["another's", cast.post.secret],
        ['without its prefix', secret.slice(4)],
        ['encoded twice', encodeURIComponent(secret).replaceAll('_', '%255F')],
        ['very long', 'x'.repeat(8_000)],
        ['as SQL', "' or '1'='1"],
        ['as a list', '["ocs_"]'],
      ] as const
    ).map(([name, wrong]) =>
      nothing(`a secret that is ${name}`, {
        authorization: `Basic ${base64(`${id}:${encodeURIComponent(wrong)}`)}`,
      }),
    ),
    ...(['disabled', 'deleted', 'expired', 'ended'] as const).map((who) =>
      nothing(`the right secret, which is ${who}`, {
        authorization: `Basic ${base64(`${cast[who].id}:${cast[who].secret}`)}`,
      }),
    ),
    nothing("a stranger's secret that looks like one of ours", {
      authorization: `Basic ${base64(`${stranger}:${ownSecret}`)}`,
    }),
    nothing(
      "a stranger's posted secret that looks like one of ours",
      posted(`&${GRANT}`, { id: 'dashboard', secret: ownSecret }),
    ),
    nothing("a stranger's secret that looks like one of ours, encoded", {
      authorization: null,
      body: `${GRANT}&client_id=${stranger}&client_secret=%6fcs%5f${ownSecret.slice(4)}`,
    }),
    nothing('a secret of ours in a parameter', { body: `${GRANT}&scope=${ownSecret}` }),
    nothing('a secret of ours that names no client', {
      authorization: null,
      body: `${GRANT}&client_secret=${secret}`,
    }),
  ];
  const revocations: HostileRequest[] = [
    one('a revocation', { path: '/oauth2/revoke', body: 'token=x' }),
    nothing('a revocation with a wrong secret', {
      path: '/oauth2/revoke',
      body: 'token=x',
      authorization: `Basic ${base64(`${id}:x`)}`,
    }),
    nothing('a revocation of two tokens', { path: '/oauth2/revoke', body: 'token=x&token=y' }),
    nothing('a revocation by GET', { method: 'GET', path: '/oauth2/revoke?token=x' }),
  ];
  return [
    methods,
    paths,
    types,
    goodTypes,
    framings,
    authorizations,
    goodAuthorizations,
    repeated,
    bodies,
    twice,
    unproven,
    revocations,
  ].flat();
}
