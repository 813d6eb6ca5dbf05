/** Strings are matched whole, so that what they hold is not taken for structure. */
const STRUCTURE = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

export interface JsonStructure {
  /** Levels of nested objects and lists; 0 for a scalar. */
  readonly depth: number;
  /** Members written in the outermost object, equal names counted each time: JSON.parse silently keeps the last. */
  readonly members: number;
}

/** Measures a JSON text that JSON.parse has accepted. */
export function structureOf(json: string): JsonStructure {
  let level = 0;
  let depth = 0;
  let members = 0;
  for (const token of json.match(STRUCTURE) ?? []) {
    if (token === '{' || token === '[') depth = Math.max(depth, ++level);
    else if (token === '}' || token === ']') level -= 1;
    else if (token === ':' && level === 1) members += 1;
  }
  return { depth, members };
}
