import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { AuditEventsQuery } from '../../../src/audit/reading/audit-events.query.js';
import { CreateOAuthClientDto } from '../../../src/oauth-clients/dto/create-oauth-client.dto.js';
import { DryRunQuery } from '../../../src/oauth-clients/dto/dry-run.dto.js';
import { CreateSecretDto, UpdateSecretDto } from '../../../src/oauth-clients/dto/secret.dto.js';
import { ListOAuthClientsQuery } from '../../../src/oauth-clients/dto/list-oauth-clients.query.js';
import { UpdateOAuthClientDto } from '../../../src/oauth-clients/dto/update-oauth-client.dto.js';
import { readIdempotentCall } from '../../../src/idempotency/idempotent-call.js';
import { readPreconditions } from '../../../src/oauth-clients/preconditions.js';
import {
  PutMemberDto,
  PutOrganizationDto,
  PutProjectDto,
} from '../../../src/organizations/dto/organization.dto.js';
import { SubjectPipe } from '../../../src/organizations/subject.pipe.js';
import { PageQuery } from '../../../src/pagination/page.query.js';
import { Problem } from '../../../src/problem-details/problem.js';
import type { Violation } from '../../../src/problem-details/violation.js';
import { faultsOf } from '../../../src/validation/shape-faults.js';
import { ShapePipe } from '../../../src/validation/shape.pipe.js';
import { operationsOf, resolve, type Schema } from '../../fuzz/openapi.js';
import { committed } from './document.js';

/** The class that reads each body. A new one that is not listed fails the first test. */
const BODIES: Readonly<Record<string, Type>> = {
  CreateOAuthClient: CreateOAuthClientDto,
  UpdateOAuthClient: UpdateOAuthClientDto,
  CreateOAuthClientSecret: CreateSecretDto,
  UpdateOAuthClientSecret: UpdateSecretDto,
  PutOrganization: PutOrganizationDto,
  PutProject: PutProjectDto,
  PutMember: PutMemberDto,
};

/** What reads these parameters of a list. */
const inQuery = (metatype: Type, names: readonly string[]): Record<string, (value: string) => unknown> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      (value: string) => new ShapePipe().transform({ [name]: value }, { type: 'query', metatype }),
    ]),
  );

/** What reads each parameter that is no UUID, and throws for what it does not take. */
const PARAMETERS: Readonly<Record<string, (value: string) => unknown>> = {
  limit: (limit) => new ShapePipe().transform({ limit }, { type: 'query', metatype: PageQuery }),
  cursor: (cursor) => new ShapePipe().transform({ cursor }, { type: 'query', metatype: PageQuery }),
  ...inQuery(ListOAuthClientsQuery, ['sort', 'count', 'client_id', 'name', 'grant_type']),
  ...inQuery(ListOAuthClientsQuery, ['token_endpoint_auth_method', 'enabled', 'trusted', 'sync_status']),
  ...inQuery(ListOAuthClientsQuery, ['unused_for_days', 'secret_expires_within_days']),
  ...inQuery(AuditEventsQuery, ['order', 'action', 'actor', 'since', 'until']),
  subject: (subject) => new SubjectPipe().transform(subject),
  'If-Match': (tags) => readPreconditions({ 'if-match': tags }),
  'If-None-Match': (tags) => readPreconditions({ 'if-none-match': tags }),
  // Quotes around a key do not count.
  'Idempotency-Key': (key) => readIdempotentCall(key.replaceAll('"', "'"), CALLER, '/', {}),
  dry_run: (dry_run) => new ShapePipe().transform({ dry_run }, { type: 'query', metatype: DryRunQuery }),
};

const isWord = (schema: Schema = {}): boolean => schema.enum !== undefined || schema.type === 'boolean';
const CALLER = {
  actor: {
    kind: 'person',
    issuer: 'https://hydra.test/',
    subject: 'Ada',
    clientId: null,
    scopes: null,
    issuedAt: null,
  },
  requestId: 'a request',
} as const;

const isClosed = (schema: Schema): boolean => 'additionalProperties' in schema;
const parametersOf = () => operationsOf(committed).flatMap(({ parameters = [] }) => parameters);
const texts = (length: number): string =>
  '"'
    .padEnd(length - 1, 'a')
    .concat('"')
    .slice(0, length);

/** An object has texts, as all that stand in lists do. */
const itemOf = ({ properties, enum: values }: Schema, index: number): unknown =>
  properties
    ? Object.fromEntries(Object.keys(properties).map((member) => [member, 'a']))
    : (values?.[index] ?? `a${index}`);

/** Values at a bound of the schema, and just beyond it. */
function atTheBounds(given: Schema): { fine: unknown[]; wrong: unknown[] } {
  const { maxLength, maxItems, minItems = 0, minimum, maximum, items, ...schema } = resolve(committed, given);
  const list = (length: number): unknown[] =>
    Array.from({ length }, (_, index) => itemOf(resolve(committed, items ?? {}), index));
  const fine: unknown[] = [];
  const wrong: unknown[] = [];
  if (maxLength !== undefined) {
    // A moment has a grammar of its own.
    if (schema.format !== 'date-time') fine.push(texts(maxLength));
    wrong.push(texts(maxLength + 1));
  }
  if (schema.minLength !== undefined && schema.minLength > 0) wrong.push('');
  if (maxItems !== undefined) {
    fine.push(list(maxItems));
    wrong.push(list(maxItems + 1));
  }
  if (minItems > 0) wrong.push([]);
  if (minimum !== undefined) wrong.push(minimum - 1);
  if (minimum !== undefined) fine.push(minimum);
  if (maximum !== undefined) wrong.push(maximum + 1);
  if (maximum !== undefined) fine.push(maximum);
  return { fine, wrong };
}

/** What is wrong with the shape of a body, whether the pipe refuses it or leaves that to whoever applies the rules. */
function faultsIn(metatype: Type, body: object): readonly Violation[] {
  try {
    return faultsOf(new ShapePipe().transform(body, { type: 'body', metatype }) as object);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors ?? [];
  }
}

/** The codes of what is wrong with one member of a body. */
const complaints = (metatype: Type, member: string, value: unknown): string[] =>
  faultsIn(metatype, { [member]: value })
    .filter(({ pointer }) => pointer.startsWith(`/${member}`))
    .map(({ code }) => code);

describe('the API description', () => {
  it('the API description is tested here for every body that a call takes', () => {
    const { schemas } = committed.components;
    const closed = Object.keys(schemas).filter((name) => isClosed(schemas[name] ?? {}));
    expect(closed.toSorted()).toEqual(Object.keys(BODIES).toSorted());
  });

  it('the API description is tested here for every parameter but ids', () => {
    const names = parametersOf()
      .filter(({ schema }) => schema.format !== 'uuid')
      .map(({ name }) => name);
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(PARAMETERS).toSorted());
  });

  describe.each(Object.entries(BODIES))('of %s', (name, metatype) => {
    const { properties = {}, required = [] } = committed.components.schemas[name] ?? {};

    it('the API description of each body names exactly the required members', () => {
      const missing = faultsIn(metatype, {})
        .filter(({ code }) => code === 'required')
        .map(({ pointer }) => pointer.slice(1));
      expect(missing.toSorted()).toEqual([...required].toSorted());
    });

    const members = Object.entries(properties);
    // Jest takes no empty table.
    if (members.length === 0) return;

    it.each(members)(
      'the API description of each body has the bounds of %s that are enforced',
      (member, schema) => {
        const { fine, wrong } = atTheBounds(schema);
        const refusals = fine.map((value) => complaints(metatype, member, value));
        // Of what the registry makes itself, no text is taken whatever its length.
        expect(refusals.map((codes) => codes.filter((code) => code !== 'read_only_changed'))).toEqual(
          fine.map(() => []),
        );
        for (const value of wrong) expect(complaints(metatype, member, value)).not.toEqual([]);
      },
    );

    it.each(members)('the API description of each body says what type %s has', (member, schema) => {
      expect(complaints(metatype, member, { not: 'a value' })).not.toEqual([]);
      const isNullable =
        [schema.type].flat().includes('null') || schema.anyOf?.some(({ type }) => type === 'null');
      expect(isNullable ?? false).toBe(!required.includes(member));
    });
  });

  it.each(Object.entries(PARAMETERS))(
    'the API description has the bounds of the parameter %s that are enforced',
    (name, read) => {
      const parameter = parametersOf().find((other) => other.name === name);
      const { fine, wrong } = atTheBounds(parameter?.schema ?? {});
      // One of a few words has no bounds.
      if (isWord(parameter?.schema)) wrong.push('another');
      expect(wrong.length).toBeGreaterThan(0);
      for (const value of fine) expect(() => read(String(value))).not.toThrow();
      for (const value of wrong) expect(() => read(String(value))).toThrow(Problem);
    },
  );
});
