import { resolve, type OpenApiDocument, type Schema } from './openapi.js';

/** What in the value is not as the schema says, in words with a JSON pointer. A member that no schema knows is wrong too. */
export function mismatches(document: OpenApiDocument, given: Schema, value: unknown, at = ''): string[] {
  const schema = resolve(document, given);
  if (schema.allOf || schema.oneOf || schema.anyOf) {
    const kinds = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
    const all = kinds.map((kind) => mismatches(document, kind, value, at));
    if (schema.allOf) return all.flat();
    return all.some((errors) => errors.length === 0) ? [] : [`${at}: fits none of its schemas`];
  }
  const wrong = (isWrong: unknown, what: string): string[] => (isWrong ? [`${at || '/'}: ${what}`] : []);
  const types = [schema.type ?? []].flat();
  return [
    ...wrong(types.length > 0 && !types.some((type) => isOfType(value, type)), `is no ${types.join(' or ')}`),
    ...wrong(schema.enum && !schema.enum.includes(value), `is none of ${JSON.stringify(schema.enum)}`),
    ...(typeof value === 'string' ? textErrors(schema, value).flatMap((what) => wrong(true, what)) : []),
    ...wrong(typeof value === 'number' && value < (schema.minimum ?? -Infinity), 'is too small'),
    ...wrong(typeof value === 'number' && value > (schema.maximum ?? Infinity), 'is too large'),
    ...(Array.isArray(value) ? listErrors(document, schema, value, at) : []),
    ...(isOfType(value, 'object') ? memberErrors(document, schema, value as object, at) : []),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/,
};

function textErrors(
  { minLength = 0, maxLength = Infinity, pattern, format = '' }: Schema,
  text: string,
): string[] {
  const { length } = Array.from(text);
  return [
    ...(length < minLength || length > maxLength ? ['has the wrong length'] : []),
    ...(pattern !== undefined && !new RegExp(pattern, 'u').test(text) ? [`does not match ${pattern}`] : []),
    ...(FORMATS[format]?.test(text) === false ? [`is no ${format}`] : []),
  ];
}

function listErrors(document: OpenApiDocument, schema: Schema, list: unknown[], at: string): string[] {
  const { items = {}, minItems = 0, maxItems = Infinity, uniqueItems = false } = schema;
  const errors = list.flatMap((item, index) => mismatches(document, items, item, `${at}/${index}`));
  if (list.length < minItems || list.length > maxItems) errors.push(`${at}: has the wrong number of items`);
  if (uniqueItems && new Set(list).size < list.length) errors.push(`${at}: has an item twice`);
  return errors;
}

function memberErrors(document: OpenApiDocument, schema: Schema, value: object, at: string): string[] {
  const { properties = {}, required = [], additionalProperties = false } = schema;
  return [
    ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}/${name}: is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (typeof known === 'object') return mismatches(document, known, member, `${at}/${name}`);
      return known === true ? [] : [`${at}/${name}: is not documented`];
    }),
  ];
}
