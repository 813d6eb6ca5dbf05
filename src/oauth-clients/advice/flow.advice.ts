import { findingIf, findingsIn, hasSecretMethod, type AdviceKind } from './advice-kind.js';

const CODE = ['authorization_code'] as const;
const LOCALHOST_WITHOUT_PORT = /^http:\/\/localhost(?![:\w.-])/;

const isPrivateUse = (uri: string): boolean => !uri.startsWith('https:') && !uri.startsWith('http:');
const isAnyPortMissing = (uri: string): boolean => LOCALHOST_WITHOUT_PORT.test(uri);

/** About the flows of a client, and where they end. */
export const FLOW_ADVICE = {
  implicit_grant: {
    severity: 'risk',
    meaning: 'The client may use the implicit grant, which puts tokens into addresses that leak.',
    remedy: 'Create a client with `authorization_code` and PKCE, move to it, and delete this one.',
    reference: 'RFC 9700, section 2.1.2',
    find: ({ grant_types }) =>
      findingIf(
        grant_types.includes('implicit'),
        'grant_types',
        'Tokens of the implicit grant travel in addresses, which histories, logs and other pages see.',
      ),
    shown: { grant_types: ['implicit'] },
    silent: { grant_types: [...CODE] },
  },
  pkce_off_beside_secret: {
    severity: 'warning',
    meaning: 'A client with a secret and `authorization_code` does not require PKCE.',
    remedy: 'Let the application send a code challenge, then send `pkce_required` true.',
    reference: 'RFC 9700, section 2.1.1',
    find: (client, { server }) =>
      findingIf(
        !client.pkce_required &&
          hasSecretMethod(client) &&
          server.requiresPkceBesideSecret &&
          client.grant_types.includes('authorization_code'),
        'pkce_required',
        'Without PKCE an authorization code that leaks can be injected into the session of another person.',
      ),
    shown: { grant_types: [...CODE], pkce_required: false },
    silent: { grant_types: [...CODE], pkce_required: true, pkce_challenge_method: 'S256' },
  },
  private_use_scheme_beside_secret: {
    severity: 'risk',
    meaning: 'A client with a secret has a redirect URI of an app (a private-use scheme).',
    remedy:
      'Redeem the code on a server only, and never ship the secret in the app. Without such a server create a client with ' +
      '`token_endpoint_auth_method` none.',
    reference: 'RFC 8252, section 8.5',
    find: (client) =>
      hasSecretMethod(client)
        ? findingsIn(
            'redirect_uris',
            client.redirect_uris,
            isPrivateUse,
            'Any app on the device may claim this scheme, and a secret that is shipped in an app is no secret.',
          )
        : [],
    shown: { redirect_uris: ['com.example.app:/callback'] },
    silent: { redirect_uris: ['com.example.app:/callback'], token_endpoint_auth_method: 'none' },
  },
  localhost_without_port: {
    severity: 'info',
    meaning: 'A redirect URI is `http://localhost` without a port, which matches port 80 only.',
    remedy:
      'Register `http://127.0.0.1/...` (and `http://[::1]/...`), which matches at every port, or name the port.',
    reference: 'RFC 8252, sections 7.3 and 8.3',
    find: ({ redirect_uris }) =>
      findingsIn(
        'redirect_uris',
        redirect_uris,
        isAnyPortMissing,
        'It matches port 80 only, and the name may lead elsewhere than to this device.',
      ),
    shown: { redirect_uris: ['http://localhost/callback'] },
    silent: { redirect_uris: ['http://localhost:8080/callback', 'http://127.0.0.1/callback'] },
  },
  refresh_without_offline_access: {
    severity: 'info',
    meaning:
      'With Hydra: the client has the grant `refresh_token`, and `offline_access` is not among its scopes.',
    remedy: 'Add `offline_access` to `scopes`, and let the application ask for it.',
    reference: 'OpenID Connect Core 1.0, section 11',
    find: ({ grant_types, scopes }, { server }) =>
      findingIf(
        server.refreshNeedsOfflineAccess &&
          grant_types.includes('refresh_token') &&
          !scopes.includes('offline_access'),
        'scopes',
        'Hydra issues a refresh token only to an authorization request that asks for offline_access.',
      ),
    shown: { grant_types: [...CODE, 'refresh_token'], scopes: ['openid'] },
    silent: { grant_types: [...CODE, 'refresh_token'], scopes: ['openid', 'offline_access'] },
  },
} as const satisfies Readonly<Record<string, AdviceKind>>;
