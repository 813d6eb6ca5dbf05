import { FORM, GRANT, MULTIPART, type HostileRequest, type Scene } from './scene.js';

/** Where it is sent, and what it is called. */
export function targets({ stranger, nothing, one }: Scene): HostileRequest[] {
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
  return [methods, paths, types, goodTypes].flat();
}
