import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../config/environment.js';
import { codeOf } from '../../lib/error-code.js';
import { readCsv, type CsvRow } from '../../lib/csv.js';
import { isUuid } from '../../lib/uuid.js';
import { printable } from '../../lib/printable.js';
import type { ImportProject } from './import-store.js';

/** Which project is to have the clients of which owner in Hydra; '' stands for those without an owner. */
export type Mapping = ReadonlyMap<string, ImportProject>;

const COLUMNS = ['owner', 'organization', 'project'] as const;
type Column = (typeof COLUMNS)[number];

/** How many problems of a file are told; more are only counted. */
const MAX_TOLD = 50;

/**
 * Reads and checks a mapping file.
 *
 * @throws ConfigurationError that names the file and what is wrong in it, by line
 */
export async function readMappingFile(path: string): Promise<Mapping> {
  try {
    return mappingIn(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError(`${path}: ${error.message}`);
    if (error instanceof TypeError) throw new ConfigurationError(`${path} is not UTF-8.`);
    throw new ConfigurationError(`--mapping: ${path} cannot be read (${codeOf(error) ?? String(error)}).`);
  }
}

/**
 * @param text CSV (RFC 4180) with a header that names the columns, in any order
 * @throws ConfigurationError that says what is wrong, by line
 */
export function mappingIn(text: string): Mapping {
  const { rows, brokenAt } = readCsv(text);
  if (brokenAt !== null) throw new ConfigurationError(`line ${brokenAt} is not CSV (RFC 4180).`);
  const [header, ...entries] = rows;
  const at = columnsIn(header);
  const mapping = new Map<string, ImportProject>();
  const problems = entries.flatMap((row) => {
    const problem = problemOf(row, at, mapping);
    if (problem === null) mapping.set(field(row, at.owner), projectOf(row, at));
    return problem === null ? [] : [`line ${row.line}: ${problem}`];
  });
  if (problems.length > 0) throw new ConfigurationError(told(problems));
  if (mapping.size === 0) throw new ConfigurationError('it has no line beside its header.');
  return mapping;
}

function columnsIn(header: CsvRow | undefined): Record<Column, number> {
  const names = header?.fields ?? [];
  const isComplete = names.length === COLUMNS.length && COLUMNS.every((column) => names.includes(column));
  if (!isComplete) throw new ConfigurationError(`its first line must be "${COLUMNS.join(',')}".`);
  return {
    owner: names.indexOf('owner'),
    organization: names.indexOf('organization'),
    project: names.indexOf('project'),
  };
}

const field = ({ fields }: CsvRow, column: number): string => fields[column] ?? '';

const projectOf = (row: CsvRow, at: Record<Column, number>): ImportProject => ({
  organizationId: field(row, at.organization),
  projectId: field(row, at.project),
});

function problemOf(row: CsvRow, at: Record<Column, number>, before: Mapping): string | null {
  if (row.fields.length !== COLUMNS.length) return `it has ${row.fields.length} fields instead of 3`;
  const { organizationId, projectId } = projectOf(row, at);
  if (!isUuid(organizationId))
    return `organization must be a UUID in lower case, not ${printable(organizationId)}`;
  if (!isUuid(projectId)) return `project must be a UUID in lower case, not ${printable(projectId)}`;
  return before.has(field(row, at.owner))
    ? `the owner ${printable(field(row, at.owner))} has a line already`
    : null;
}

/** The first problems, one a line, and how many more there are. */
export function told(problems: readonly string[]): string {
  const more = problems.length - MAX_TOLD;
  const first = problems.slice(0, MAX_TOLD).map((problem) => `\n  ${problem}`);
  return `${first.join('')}${more > 0 ? `\n  and ${more} more` : ''}`;
}
