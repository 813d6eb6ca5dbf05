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

export interface Parts {
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

export const FORM = 'application/x-www-form-urlencoded';
export const GRANT = 'grant_type=client_credentials';
export const MULTIPART =
  '--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--x--\r\n';
export const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

/** What the rows are made of. */
export type Scene = ReturnType<typeof sceneOf>;

export function sceneOf(cast: Cast) {
  const { id, secret } = cast.basic;
  const right = `Basic ${base64(`${id}:${secret}`)}`;
  const stranger = randomUUID();
  const ownSecret = `ocs_${randomBytes(32).toString('base64url')}`;
  const assertion = (sub: string): string =>
    `client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${[
      { alg: 'none' },
      { sub, iss: sub },
      'x',
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')}`;

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

  return { cast, id, secret, right, stranger, ownSecret, assertion, row, nothing, one, posted };
}
