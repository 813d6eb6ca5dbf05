import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { v7, validate, version } from 'uuid';
import { registrationOf, type RegisteredClient } from './client-registration.js';
import { interactionPolicy, type Provider } from './oidc-provider.js';

/** The ids of grants that nobody was asked for begin so: they must not outlive the trust in their client. */
const UNASKED = 'unasked-';

const isUnasked = (grantId: string): boolean => grantId.startsWith(UNASKED);

/**
 * Names a new grant by a UUID of version 7, which tells when it was given. Its `iat` tells the second only, and a grant of the
 * same second as an end can be of before or after it.
 */
export const named = (grant: Grant, prefix = ''): Grant => Object.assign(grant, { jti: prefix + v7() });

/** Whether what rests on the grant counts no longer, because of what has become of its client since. */
export function hasEnded(grant: Grant, client: RegisteredClient): boolean {
  const given = givenAt(grant);
  const isBefore = (end: Date | null): boolean => end !== null && given <= end.getTime();
  if (!client.enabled || isBefore(client.tokens_ended_at)) return true;
  return isUnasked(grant.jti) && (!client.trusted || isBefore(client.trust_ended_at));
}

/** Milliseconds since the epoch. Grants that oidc-provider named itself only know the second. */
function givenAt({ jti, iat }: Grant): number {
  const name = isUnasked(jti) ? jti.slice(UNASKED.length) : jti;
  const isTimed = validate(name) && version(name) === 7;
  return isTimed ? parseInt(name.replace('-', '').slice(0, 12), 16) : iat * 1000;
}

type Params = Readonly<Record<string, unknown>>;

/** oidc-provider's questions to a person, and two of ours. */
export function questions(): interactionPolicy.DefaultPolicy {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const isUnknown = ({ oidc }: KoaContextWithOIDC): boolean => !oidc.account;
  policy.get('login')?.checks.add(new Check('no_account', 'nobody known is signed in', isUnknown));
  // oidc-provider asks for consent to missing scopes only: a client without any scope still needs to be let in by the
  // person.
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
  const isUsable = id !== undefined && isUnasked(id) === trusted;
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

const unaskedGrant = (provider: Provider, accountId: string, clientId: string): Grant =>
  named(new provider.Grant({ accountId, clientId }), UNASKED);
