import { base64, GRANT, type HostileRequest, type Scene } from './scene.js';

/** What the Authorization header may hold. */
export function authorizations({ id, secret, right, stranger, nothing, one }: Scene): HostileRequest[] {
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
  return [authorizations, goodAuthorizations].flat();
}
