import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Storage that oidc-provider only reads. */
export abstract class ReadOnlyAdapter implements Adapter {
  abstract find(id: string): Promise<AdapterPayload | undefined>;

  upsert = readOnly;
  findByUserCode = readOnly;
  findByUid = readOnly;
  consume = readOnly;
  destroy = readOnly;
  revokeByGrantId: (grantId: string) => Promise<void> = readOnly;
}

const readOnly = (): Promise<never> => Promise.reject(new Error('oidc-provider writes nothing here'));
