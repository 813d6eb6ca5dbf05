export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether this is an object with members: no list, and not null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether this is a string, and not an empty one. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The value of a JSON text (RFC 8259). Undefined, which is the value of no JSON text, stands for one that cannot be read. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
