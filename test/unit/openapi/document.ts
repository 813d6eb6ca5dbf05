import { readFileSync } from 'node:fs';
import type { OpenApiDocument } from '../../fuzz/openapi.js';

/** The document as it is committed. `npm run openapi:check` holds it to the code. */
export const committed = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../../openapi.json`, 'utf8'),
) as OpenApiDocument;
