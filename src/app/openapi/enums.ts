import {
  GRANT_TYPES,
  PKCE_CHALLENGE_METHODS,
  SYNC_STATUSES,
  TOKEN_ENDPOINT_AUTH_METHODS,
} from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { SECRET_STATUSES } from '../../oauth-clients/model/secrets-of-client.js';
import { ACTOR_KINDS } from '../../audit/reading/audit-event.dto.js';
import { AUDIT_ACTIONS } from '../../audit/audit-event.entity.js';
import { ASSIGNABLE_KINDS } from '../../oauth-clients/model/assignable.js';
import { ADVICE_SEVERITIES } from '../../oauth-clients/advice/advice-kind.js';
import { ADVICE } from '../../oauth-clients/advice/advice.js';
import { EFFECTS } from '../../oauth-clients/effects.js';
import { PROBLEMS } from '../../problem-details/problems.js';
import { VIOLATION_CODES } from '../../problem-details/violation-codes.js';
import { ROLES } from '../../tenants/role.js';
import { mapSchemas, type JsonSchema } from './schema.js';

/**
 * The enums of the API by the name that generated clients give their types. One that is not named here fails the making of
 * the document: without a name, generators invent another type in every place where the enum is used.
 */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  GrantType: GRANT_TYPES,
  TokenEndpointAuthMethod: TOKEN_ENDPOINT_AUTH_METHODS,
  PkceChallengeMethod: PKCE_CHALLENGE_METHODS,
  SyncStatus: SYNC_STATUSES,
  SecretStatus: SECRET_STATUSES,
  AssignableKind: ASSIGNABLE_KINDS,
  AuditAction: AUDIT_ACTIONS,
  AuditActorKind: ACTOR_KINDS,
  Role: ROLES,
  AuthorizationServerKind: ['embedded', 'hydra'],
  AdviceCode: Object.keys(ADVICE),
  AdviceSeverity: ADVICE_SEVERITIES,
  EffectCode: Object.keys(EFFECTS),
  ProblemCode: Object.keys(PROBLEMS),
  ViolationCode: Object.keys(VIOLATION_CODES),
};

/**
 * Replaces every enum in the schemas by a reference to a schema of its own, and adds those. A nullable enum becomes a
 * union with null.
 *
 * @throws Error for an enum that has no name in `ENUMS`
 */
export function withNamedEnums(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const used = new Set<string>();
  const named = mapSchemas(schemas, (schema) => {
    const values = schema.enum?.filter((value) => value !== null);
    // A single value is a constant.
    if (!values || values.length < 2) return schema;
    const name = nameOf(values);
    used.add(name);
    return referenceTo(name, schema);
  });
  const enums = [...used].map((name) => [name, { type: 'string', enum: [...(ENUMS[name] ?? [])] }] as const);
  return { ...named, ...Object.fromEntries(enums) };
}

function nameOf(values: readonly unknown[]): string {
  const key = JSON.stringify(values);
  const name = Object.keys(ENUMS).find((other) => JSON.stringify(ENUMS[other]) === key);
  if (name === undefined) throw new Error(`An enum has no name: add ${key} to src/app/openapi/enums.ts.`);
  return name;
}

function referenceTo(name: string, schema: JsonSchema): JsonSchema {
  const reference = { $ref: `#/components/schemas/${name}` };
  const docs = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'type' && key !== 'enum'));
  if (schema.enum?.includes(null)) return { ...docs, anyOf: [reference, { type: 'null' }] };
  return Object.keys(docs).length === 0 ? reference : { ...docs, allOf: [reference] };
}
