import { misuse, readOptions } from '../../config/command-line.js';
import { isUuid } from '../../lib/uuid.js';
import type { ImportOptions } from './importer.js';
import type { ImportProject } from './import-store.js';
import type { ImportSelection } from './selection.js';

export interface ImportArguments extends ImportOptions {
  /** One project for all of them, or the path of a mapping file. */
  readonly into: ImportProject | string;
  /** Whether the report is one JSON object a line. */
  readonly json: boolean;
}

const USAGE = `npm run hydra:import -- (--organization ID --project ID | --mapping FILE) [which clients] [options]
into which project:
  --organization ID     the organization
  --project ID          its project, which is to have the clients
  --mapping FILE        CSV with the columns owner,organization,project: the clients of each owner in Hydra go into
                        that project; an empty owner stands for clients without one
which clients (with --mapping without any of these: those of the owners in the file):
  --owner OWNER         all clients of this owner in Hydra
  --client-id ID        this client; may be given again
  --unowned             all clients without an owner
  --all                 all clients that Hydra has, but for those of the platform and of this registry
options:
  --any-client-id       also clients whose client_id is no UUID, but 1 to 255 of A-Z a-z 0-9 . _ ~ : / @ + -
  --dry-run             only say what would be done
  --json                the report as one JSON object a line`;

const OPTIONS = {
  organization: { type: 'string' },
  project: { type: 'string' },
  mapping: { type: 'string' },
  owner: { type: 'string' },
  'client-id': { type: 'string', multiple: true },
  unowned: { type: 'boolean' },
  all: { type: 'boolean' },
  'any-client-id': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const parsed = (args: readonly string[]) => readOptions(args, OPTIONS, USAGE);
type Values = ReturnType<typeof parsed>;

/**
 * What is to be imported, by the command line.
 *
 * @throws ConfigurationError, with the usage, for arguments that name no import
 */
export function readImportArguments(args: readonly string[]): ImportArguments {
  const values = parsed(args);
  return {
    into: placeOf(values),
    selection: selectionOf(values),
    anyClientId: values['any-client-id'],
    dryRun: values['dry-run'],
    json: values.json,
  };
}

function placeOf({ organization, project, mapping }: Values): ImportProject | string {
  if (mapping === undefined) {
    return { organizationId: uuid('--organization', organization), projectId: uuid('--project', project) };
  }
  if (organization === undefined && project === undefined) return mapping;
  throw misuse('Say into which project: --organization and --project, or --mapping, and not both.', USAGE);
}

function uuid(option: string, value: string | undefined): string {
  if (isUuid(value)) return value;
  throw misuse(`${option} must be a UUID in lower case.`, USAGE);
}

function selectionOf({ owner, 'client-id': clientIds, unowned, all, mapping }: Values): ImportSelection {
  if (owner === '')
    throw misuse('--owner must not be empty. For clients without an owner: --unowned.', USAGE);
  const said: ImportSelection[] = [
    ...(owner === undefined ? [] : [{ kind: 'owner', owner } as const]),
    ...(clientIds === undefined ? [] : [{ kind: 'clients', clientIds } as const]),
    ...(unowned ? [{ kind: 'unowned' } as const] : []),
    ...(all ? [{ kind: 'all' } as const] : []),
    ...(mapping === undefined ? [] : [{ kind: 'mapped' } as const]),
  ];
  const [selection, second] = said;
  if (selection && (!second || second.kind === 'mapped')) return selection;
  throw misuse('Say which clients, in one way: --owner, --client-id, --unowned or --all.', USAGE);
}
