import { randomUUID } from 'node:crypto';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import { interactionPolicy, type Provider } from './oidc-provider.js';

/** Grants that nobody was asked for are named so: they must not outlive the trust in their client. */
const UNASKED = 'unasked-';

export const isUnasked = (grantId: string): boolean => grantId.startsWith(UNASKED);

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
  Object.assign(new provider.Grant({ accountId, clientId }), { jti: UNASKED + randomUUID() });
