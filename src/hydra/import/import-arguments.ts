import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../config/environment.js';
import { isUuid } from '../../lib/uuid.js';
import type { ImportProject } from './import-store.js';
import type { ImportOptions, ImportSelection } from './importer.js';

export type ImportArguments = ImportProject & ImportOptions;

const USAGE = `npm run hydra:import -- --organization ID --project ID (--owner OWNER | --client-id ID ...)
  --organization ID     the organization
  --project ID          its project, which is to have the clients
  --owner OWNER         all clients of this owner in Hydra
  --client-id ID        this client; may be given again
  --dry-run             only say what would be done`;

const OPTIONS = {
  organization: { type: 'string' },
  project: { type: 'string' },
  owner: { type: 'string' },
  'client-id': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** What is to be imported, by the command line. Throws a ConfigurationError, with the usage, for arguments that name no import. */
export function readImportArguments(args: readonly string[]): ImportArguments {
  const values = parsed(args);
  return {
    organizationId: uuid('--organization', values.organization),
    projectId: uuid('--project', values.project),
    selection: selectionOf(values.owner, values['client-id']),
    dryRun: values['dry-run'],
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw misuse(error instanceof Error ? error.message : String(error));
  }
}

function uuid(option: string, value: string | undefined): string {
  if (isUuid(value)) return value;
  throw misuse(`${option} must be a UUID in lower case.`);
}

/** Hydra takes an empty owner for "of any owner". */
function selectionOf(owner: string | undefined, clientIds: readonly string[] | undefined): ImportSelection {
  if (owner === '') throw misuse('--owner must not be empty.');
  if (owner !== undefined && clientIds === undefined) return { owner };
  if (owner === undefined && clientIds !== undefined) return { clientIds };
  throw misuse('Say which clients: --owner, or --client-id.');
}

const misuse = (problem: string): ConfigurationError => new ConfigurationError(`${problem}\n\n${USAGE}`);
