import type { ServerMode } from './oauth-client.vocabulary.js';
import { IS_LIVE, IS_UNSEEN } from './secrets-of-client.js';

/*
 * The credential by which the authorization server is to know a client. The row says it, and no process decides it by itself.
 * This file alone spells its columns, for statements in which the client is called `c`.
 *
 * | state  | is                                                             | ends by                                     |
 * | ------ | -------------------------------------------------------------- | ------------------------------------------- |
 * | direct | the server has the client's own secret                         | a move to the gate, once each secret is known |
 * | gate   | the server has an internal one, derived from the key           | a move to a newer key; or the gate is left   |
 * | moving | the row says the new one, the server may have the previous one | completion                                  |
 *
 * Moves by the registry itself go one way, and one at a time: while the server may have one of two, a third would make it one of three.
 */

/** By what the server knows a client: `key` is what its internal credential is derived from, null in mode `direct`. */
export interface ServerCredential {
  readonly mode: ServerMode;
  readonly key: string | null;
}

/** The credential of a new client. `:gate_key`: the key for clients of the gate; null where none are to come to it. */
export const NEW_CREDENTIAL_COLUMNS = `server_mode, server_key`;
export const NEW_CREDENTIAL_VALUES = `
  case when :gate_key::text is null then 'direct' else 'gate' end, :gate_key::text`;

/** Whether the server alone knows a secret of the client, so that the gate cannot tell who presents it. */
export const HAS_UNSEEN_SECRET = `exists (
  select from oauth_client_secrets s where s.oauth_client_id = c.id and ${IS_LIVE} and ${IS_UNSEEN})`;

/** Whether the client can come to the gate now. One that is held (`sync-state.ts`) waits for people to decide. */
export const COMES_TO_GATE = `(
  :gate_key::text is not null and c.server_mode = 'direct' and c.deleted_at is null and c.doubt is distinct from 'held'
  and not ${HAS_UNSEEN_SECRET})`;

/** Whether the client is to be moved, to the gate or to a newer key. */
export const IS_TO_MOVE = `(
  ${COMES_TO_GATE} or (c.server_mode = 'gate' and c.server_key <> :gate_key and not c.moving and c.deleted_at is null))`;

/** @param isMoved SQL: whether the client is to be known by another credential from now on */
const movedTo = (isMoved: string, { mode, key }: { mode: string; key: string }): string => `
  previous_mode = case when ${isMoved} then c.server_mode else c.previous_mode end,
  previous_key = case when ${isMoved} then c.server_key else c.previous_key end,
  server_mode = case when ${isMoved} then ${mode} else c.server_mode end,
  server_key = case when ${isMoved} then ${key} else c.server_key end,
  moving = c.moving or ${isMoved}`;

/** Moves the client to the gate with the key `:gate_key`. @param isMoved SQL: whether it does */
export const moved = (isMoved: string): string =>
  movedTo(isMoved, { mode: `'gate'`, key: ':gate_key::text' });

/** With a new secret a client leaves the gate, where none is served any more (`:leaves_gate`). */
export const LEFT_GATE = movedTo(':leaves_gate::boolean', { mode: `'direct'`, key: 'null' });

/** Whether the server was told the credential that the row says now, with `:sent_mode` and `:sent_key`. */
export const IS_AS_SENT = `(c.server_mode = :sent_mode and c.server_key is not distinct from :sent_key)`;

/** For when the server has taken the credential that it was sent. */
export const CREDENTIAL_SENT = `
  moving = c.moving and not ${IS_AS_SENT}, server_sets = :sent_sets::text[]`;

export const IS_AT_GATE = `c.server_mode = 'gate'`;

/** The credential of the row, as columns of `ServerCredential`. */
export const CREDENTIAL_LIST = `c.server_mode as mode, c.server_key as key`;
export const CREDENTIAL_COLUMNS = { mode: 'text', key: 'text' } as const;

/** What the token gate has to know of the credential of a client. */
export interface CredentialState extends ServerCredential {
  /** Null for a client that was never moved. */
  readonly previous_mode: ServerMode | null;
  readonly previous_key: string | null;
  /** Whether the server may still know the client by the previous credential. */
  readonly moving: boolean;
}
export const CREDENTIAL_STATE_LIST = `${CREDENTIAL_LIST}, c.previous_mode, c.previous_key, c.moving`;
export const CREDENTIAL_STATE_COLUMNS = {
  ...CREDENTIAL_COLUMNS,
  previous_mode: 'text',
  previous_key: 'text',
  moving: 'bool',
} as const;

/** Members of the server's client that are set for some clients only, and were set for this one; null while not known. */
export const SENT_SETS = `c.server_sets`;
