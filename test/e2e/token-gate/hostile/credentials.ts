import { randomBytes, randomUUID } from 'node:crypto';
import { base64, GRANT, type HostileRequest, type Scene } from './scene.js';

/** Who it says that it is from, and how it proves that. */
export function credentials({
  cast,
  id,
  secret,
  right,
  stranger,
  ownSecret,
  assertion,
  nothing,
  one,
  posted,
}: Scene): HostileRequest[] {
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
  return [twice, unproven, revocations].flat();
}
