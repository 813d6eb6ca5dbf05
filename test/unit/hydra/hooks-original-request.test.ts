import { originalRequest, type ProxyRequest } from '../../../src/hydra/hooks/original-request.js';
import { refusalOf } from './hooks-refusal-of.js';

const GATE = '/hooks/authorize';
const URI = '/oauth2/auth?client_id=a';
const NGINX = { 'x-original-method': 'GET', 'x-original-uri': URI };
const TRAEFIK = { 'x-forwarded-method': 'GET', 'x-forwarded-uri': URI };
const ENVOY = { method: 'GET', url: `${GATE}${URI}` };

const proxied = (request: Partial<ProxyRequest>): ProxyRequest => ({
  method: 'GET',
  url: GATE,
  headers: {},
  ...request,
});

describe('the original request', () => {
  it.each<[string, Partial<ProxyRequest>]>([
    ['nginx', { headers: NGINX }],
    ['Traefik', { headers: { ...TRAEFIK, 'x-forwarded-for': '192.0.2.1', 'x-forwarded-host': 'a.example' } }],
    ['Envoy', ENVOY],
  ])('the original request is what %s says', (_, request) => {
    expect(originalRequest(proxied(request))).toEqual({ method: 'GET', uri: URI });
  });

  it.each(['POST', 'HEAD', 'OPTIONS'])(
    'the original request has the method that the proxy says, not that of the question: %s',
    (method) => {
      const ofNginx = proxied({ headers: { ...NGINX, 'x-original-method': method } });
      expect(originalRequest(ofNginx)).toEqual({ method, uri: URI });
      expect(originalRequest(proxied({ headers: NGINX, method }))).toEqual({ method: 'GET', uri: URI });
      expect(originalRequest(proxied({ ...ENVOY, method }))).toEqual({ method, uri: URI });
    },
  );

  it('the original request has the target as it was sent, in any spelling', () => {
    const uri = '/oauth2/%61uth/../auth?client_id=%00&&a=b?c';
    for (const request of [
      { headers: { ...NGINX, 'x-original-uri': uri } },
      { headers: { ...TRAEFIK, 'x-forwarded-uri': uri } },
      { url: `${GATE}${uri}` },
    ]) {
      expect(originalRequest(proxied(request)).uri).toBe(uri);
    }
  });

  it.each<[string, Partial<ProxyRequest>]>([
    ['nginx, where a caller plays Traefik', { headers: { ...NGINX, ...TRAEFIK } }],
    ['nginx, with one header of Traefik', { headers: { ...NGINX, 'x-forwarded-uri': '/a' } }],
    ['nginx, with the other header of Traefik', { headers: { ...NGINX, 'x-forwarded-method': '' } }],
    ['Traefik, with one header of nginx', { headers: { ...TRAEFIK, 'x-original-uri': '' } }],
    ['Traefik, with the other header of nginx', { headers: { ...TRAEFIK, 'x-original-method': 'GET' } }],
    ['Envoy, with headers of nginx', { ...ENVOY, headers: NGINX }],
    ['Envoy, with headers of Traefik', { ...ENVOY, headers: TRAEFIK }],
    ['nginx, with a query of the question', { url: `${GATE}?client_id=a`, headers: NGINX }],
  ])('no original request is believed when two speak: %s', (_, request) => {
    expect(refusalOf(() => originalRequest(proxied(request)))).toBe(
      'more than one original request is given: let the proxy send one, and nothing of the caller',
    );
  });

  it.each<[string, Partial<ProxyRequest>]>([
    ['no header', {}],
    ['headers of other kinds', { headers: { 'x-original-url': URI, 'x-forwarded-path': URI } }],
  ])('the original request is missing with %s', (_, request) => {
    expect(refusalOf(() => originalRequest(proxied(request)))).toBe(
      'the proxy does not say which request this is about: let it send X-Original-Method and X-Original-URI',
    );
  });

  it.each<[string, Partial<ProxyRequest>, { method: string; uri: string }]>([
    ['a URI alone', { headers: { 'x-original-uri': URI } }, { method: '', uri: URI }],
    ['a method alone', { headers: { 'x-original-method': 'GET' } }, { method: 'GET', uri: '' }],
    ['a path in another spelling', { url: `/hooks/%61uthorize${URI}` }, { method: 'GET', uri: '' }],
  ])(
    'the original request lacks what %s does not say, which nobody takes for a request',
    (_, request, half) => {
      expect(originalRequest(proxied(request))).toEqual(half);
    },
  );

  it('the original request must not have a body, in which Hydra would look for parameters', () => {
    const headers = { ...TRAEFIK, 'content-type': 'multipart/form-data; boundary=a' };
    expect(refusalOf(() => originalRequest(proxied({ headers })))).toBe(
      'the request must not have a body: send the parameters in the query',
    );
  });
});
