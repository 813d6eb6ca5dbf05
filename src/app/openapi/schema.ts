import { isObject } from '../../lib/json.js';

/** The part of JSON Schema that the making of the document looks at. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

/** Keywords whose values are data, even where they look like schemas. */
const VALUES = ['example', 'examples', 'default', 'enum'];

/** Replaces every schema with an `enum` inside the value by what the function makes of it, inner ones first. */
export function mapSchemas<T>(value: T, change: (schema: JsonSchema) => JsonSchema): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (schema: JsonSchema) => JsonSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (!isObject(value)) return value;
  const inner = Object.entries(value).map(([key, member]) => [
    key,
    VALUES.includes(key) ? member : mapped(member, change),
  ]);
  const copy = Object.fromEntries(inner) as JsonSchema;
  return Array.isArray(copy.enum) ? change(copy) : copy;
}
