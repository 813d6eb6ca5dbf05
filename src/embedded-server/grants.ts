import { randomUUID } from 'node:crypto';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import { interactionPolicy, Provider } from './oidc-provider.js';

/** Grants that nobody was asked for are named so: they must not outlive the trust in their client. */
const UNASKED = 'unasked-';

type Params = Readonly<Record<string, unknown>>;

/** oidc-provider's questions to a person, and two of ours. */
export function questions(): interactionPolicy.DefaultPolicy {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const isUnknown = ({ oidc }: KoaContextWithOIDC): boolean => !oidc.account;
  policy.get('login')?.checks.add(new Check('no_account', 'nobody known is signed in', isUnknown));
  // Others than for missing scopes: a client without any still needs to be let in by the person.
  const isNew = ({ oidc }: KoaContextWithOIDC): boolean => !oidc.grant?.jti;
  policy.get('consent')?.checks.add(new Check('no_grant', 'consent has not been given', isNew));
  return policy;
}

/** What the person has allowed the client before, or just now; for a trusted client all that it asks for. */
export async function loadExistingGrant({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, account, provider } = oidc;
  if (!client || !session || !account) return undefined;
  const { trusted } = registrationOf(client);
  const id = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const isUsable = id !== undefined && id.startsWith(UNASKED) === trusted;
  const grant = isUsable ? await provider.Grant.find(id) : undefined;
  const own = grant?.accountId === account.accountId ? grant : undefined;
  if (!trusted) return own;
  return allow(own ?? unaskedGrant(provider, account.accountId, client.clientId), oidc.params ?? {});
}

/** Adds all that is asked for to what the grant allows, and stores it. */
export async function allow(grant: Grant, { scope, resource }: Params): Promise<Grant> {
  const resources = [resource].flat().filter((identifier) => typeof identifier === 'string');
  if (typeof scope === 'string') {
    grant.addOIDCScope(scope);
    for (const identifier of resources) grant.addResourceScope(identifier, scope);
  }
  await grant.save();
  return grant;
}

/**
 * oidc-provider ends a request without any scope as denied. A client that is registered for none still gets a token, of
 * no scope: a blank is not nothing to oidc-provider, and names no scope either.
 */
export function letScopesBeNone({ Grant }: Provider): void {
  Object.assign(Grant.prototype, {
    getOIDCScopeFiltered(this: Grant, filter: Iterable<string>): string {
      const asked = new Set(filter);
      const granted = this.getOIDCScope().split(' ');
      return granted.filter((scope) => asked.has(scope)).join(' ') || (asked.size === 0 ? ' ' : '');
    },
  });
}

/** To oidc-provider an unasked grant is gone with the trust, and so are the codes and tokens that rest on it. */
export function endWithTrust({ Grant }: Provider): void {
  Object.assign(Grant, {
    instantiate: (payload: ConstructorParameters<typeof Grant>[0]): Grant | undefined => {
      const grant = new Grant(payload);
      const client = Provider.ctx?.oidc.client;
      const mustBeAsked = client !== undefined && !registrationOf(client).trusted;
      return mustBeAsked && grant.jti.startsWith(UNASKED) ? undefined : grant;
    },
  });
}

/** oidc-provider makes an ID token for the scopes that were granted, whatever has become of the registration since. */
export function narrowScopes({ AuthorizationCode, RefreshToken }: Provider): void {
  for (const Model of [AuthorizationCode, RefreshToken]) {
    Object.assign(Model, {
      instantiate: (payload: ConstructorParameters<typeof Model>[0]) =>
        Object.assign(new Model(payload), { scope: stillRegistered(payload?.scope) }),
    });
  }
}

function stillRegistered(scope: string | undefined): string | undefined {
  const client = Provider.ctx?.oidc.client;
  if (!client) return scope;
  const { scopes } = registrationOf(client);
  return scope
    ?.split(' ')
    .filter((name) => scopes.includes(name))
    .join(' ');
}

const unaskedGrant = (provider: Provider, accountId: string, clientId: string): Grant =>
  Object.assign(new provider.Grant({ accountId, clientId }), { jti: UNASKED + randomUUID() });
