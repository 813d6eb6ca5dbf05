import {
  operationsOf,
  resolve,
  type OpenApiDocument,
  type Operation,
  type Schema,
} from '../../fuzz/openapi.js';

/** Enums of answers that are documented to grow: callers treat a value that they do not know as one of its kind. */
const OPEN_ENUMS = ['ProblemCode', 'ViolationCode'];

interface Documents {
  readonly released: OpenApiDocument;
  readonly present: OpenApiDocument;
}

type Direction = 'request' | 'answer';

/**
 * What a caller of the released document could do or rely on, and cannot any more, in words that name the place. It looks
 * at operations and their names, parameters, bodies and successful answers: types, enums, bounds, formats, members. It does
 * not look at prose, examples, problems (`default` covers those that come and go) and security schemes.
 */
export function breakingChanges(released: OpenApiDocument, present: OpenApiDocument): string[] {
  const documents = { released, present };
  const now = operationsOf(present);
  return operationsOf(released).flatMap((before) => {
    const after = now.find(({ method, path }) => method === before.method && path === before.path);
    const route = `${before.method} ${before.path}`;
    if (!after) return [`${route} is gone`];
    return changesOf(documents, before, after).map((change) => `${route}: ${change}`);
  });
}

const changesOf = (documents: Documents, before: Operation, after: Operation): string[] => [
  ...(before.operationId === after.operationId ? [] : [`is called ${after.operationId} now`]),
  ...parameterChanges(documents, before, after),
  ...bodyChanges(documents, before, after),
  ...answerChanges(documents, before, after),
];

function parameterChanges(documents: Documents, before: Operation, after: Operation): string[] {
  const old = before.parameters ?? [];
  const added = (after.parameters ?? []).filter(
    ({ name, in: place, required }) =>
      required && !old.some((other) => other.name === name && other.in === place),
  );
  const changed = old.flatMap((parameter) => {
    const now = after.parameters?.find(
      ({ name, in: place }) => name === parameter.name && place === parameter.in,
    );
    if (!now) return [`the parameter ${parameter.name} is gone`];
    return [
      ...(now.required && !parameter.required ? [`the parameter ${parameter.name} is required now`] : []),
      ...schemaChanges(documents, parameter.schema, now.schema, 'request', parameter.name),
    ];
  });
  return [...added.map(({ name }) => `the parameter ${name} is new and required`), ...changed];
}

function bodyChanges(documents: Documents, before: Operation, after: Operation): string[] {
  const old = before.requestBody?.content['application/json'];
  const now = after.requestBody?.content['application/json'];
  if (!old) return after.requestBody?.required ? ['a body is required now'] : [];
  return now
    ? schemaChanges(documents, old.schema, now.schema, 'request', 'body')
    : ['takes no body any more'];
}

function answerChanges(documents: Documents, before: Operation, after: Operation): string[] {
  const successes = Object.entries(before.responses).filter(([status]) => status.startsWith('2'));
  return successes.flatMap(([status, old]) => {
    const now = after.responses[status];
    if (!now || '$ref' in old || '$ref' in now) return now ? [] : [`answers ${status} no more`];
    const headers = Object.keys(old.headers ?? {}).filter((name) => !Object.hasOwn(now.headers ?? {}, name));
    const contents = Object.entries(old.content ?? {}).flatMap(([type, { schema }]) => {
      const content = now.content?.[type];
      if (!content) return [`answers no ${type} any more`];
      return schemaChanges(documents, schema, content.schema, 'answer', status);
    });
    return [...headers.map((name) => `the answer ${status} has no ${name} any more`), ...contents];
  });
}

/** What the schema no longer takes (request), or may give beyond what it did (answer). */
function schemaChanges(
  documents: Documents,
  old: Schema,
  now: Schema,
  direction: Direction,
  at: string,
): string[] {
  const before = flat(documents.released, old);
  const after = flat(documents.present, now);
  const [wide, narrow] = direction === 'request' ? [before, after] : [after, before];
  return [
    ...typeChanges(wide, narrow, at),
    ...(isOpen(after, direction) ? [] : enumChanges(wide, narrow, at)),
    ...(direction === 'request' ? boundChanges(before, after, at) : []),
    ...memberChanges(documents, before, after, direction, at),
    ...(before.items && after.items
      ? schemaChanges(documents, before.items, after.items, direction, `${at}[]`)
      : []),
  ];
}

const isOpen = ({ names }: FlatSchema, direction: Direction): boolean =>
  direction === 'answer' && names.some((name) => OPEN_ENUMS.includes(name));

interface FlatSchema extends Schema {
  readonly types: readonly string[];
  /** Of the named schemas that it refers to. */
  readonly names: readonly string[];
}

/** A reference, a wrapped reference, or a union with null, as one schema. */
function flat(document: OpenApiDocument, schema: Schema): FlatSchema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  const own = resolve(document, schema);
  const parts = (own.allOf ?? own.anyOf ?? own.oneOf ?? []).map((part) => flat(document, part));
  const merged = Object.assign({}, ...parts, own) as Schema;
  const types = [...[own.type ?? []].flat(), ...parts.flatMap((part) => part.types)];
  const names = [...(name === undefined ? [] : [name]), ...parts.flatMap((part) => part.names)];
  return { ...merged, types: [...new Set(types)], names };
}

/** Types and enum values of the wide side that the narrow side lacks. */
function typeChanges(wide: FlatSchema, narrow: FlatSchema, at: string): string[] {
  if (wide.types.length === 0 || narrow.types.length === 0) return [];
  const lost = wide.types.filter((type) => !narrow.types.includes(type));
  return lost.map((type) => `${at} and ${type}`);
}

function enumChanges(wide: FlatSchema, narrow: FlatSchema, at: string): string[] {
  if (!narrow.enum) return [];
  if (!wide.enum) return [`${at} is limited to an enum`];
  const lost = wide.enum.filter((value) => value !== null && !narrow.enum?.includes(value));
  return lost.map((value) => `${at} and the value ${JSON.stringify(value)}`);
}

const LOWER = ['minLength', 'minItems', 'minimum'] as const;
const UPPER = ['maxLength', 'maxItems', 'maximum'] as const;

function boundChanges(before: Schema, after: Schema, at: string): string[] {
  const isPattern = after.pattern !== undefined && after.pattern !== before.pattern;
  return [
    ...LOWER.filter((bound) => (after[bound] ?? -Infinity) > (before[bound] ?? -Infinity)),
    ...UPPER.filter((bound) => (after[bound] ?? Infinity) < (before[bound] ?? Infinity)),
    ...(isPattern ? ['pattern'] : []),
    ...(after.format !== before.format && after.format !== undefined ? ['format'] : []),
    ...(after.uniqueItems && !before.uniqueItems ? ['uniqueItems'] : []),
  ].map((bound) => `${at} has a narrower ${bound}`);
}

function memberChanges(
  documents: Documents,
  before: Schema,
  after: Schema,
  direction: Direction,
  at: string,
): string[] {
  const gone = Object.keys(before.properties ?? {}).filter(
    (name) => !Object.hasOwn(after.properties ?? {}, name),
  );
  const [promised, now] = direction === 'request' ? [after, before] : [before, after];
  const required = (promised.required ?? []).filter(
    (name) => !now.required?.includes(name) && !gone.includes(name),
  );
  const inner = Object.entries(before.properties ?? {}).flatMap(([name, schema]) => {
    const other = after.properties?.[name];
    return other ? schemaChanges(documents, schema, other, direction, `${at}/${name}`) : [];
  });
  const change = direction === 'request' ? 'is required now' : 'may be missing now';
  return [
    ...gone.map((name) => `${at}/${name} is gone`),
    ...required.map((name) => `${at}/${name} ${change}`),
    ...inner,
  ];
}

/** Whether the version announces breaking changes (Semantic Versioning): a new major one, or a new minor one below 1.0.0. */
export function announcesBreakingChanges(released: string, present: string): boolean {
  const [major = 0, minor = 0] = released.split('.').map(Number);
  const [newMajor = 0, newMinor = 0] = present.split('.').map(Number);
  return newMajor > major || (major === 0 && newMajor === 0 && newMinor > minor);
}
