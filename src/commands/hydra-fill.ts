import 'reflect-metadata';
import { runHydraCommand, type HydraSession } from '../app/hydra-command.js';
import { misuse, readOptions } from '../config/command-line.js';
import { HydraFill, type Filled, type FillOptions, type FillOutcome } from '../hydra/hydra-fill.js';
import { printable } from '../lib/printable.js';
import { untilAborted } from '../lib/until-aborted.js';

const USAGE = `npm run hydra:fill -- --target URL [--dry-run]
  --target URL   the admin API of the Hydra that is to have all clients (HYDRA_ADMIN_TOKEN counts for it, too)
  --dry-run      only say what would be done`;

const OPTIONS = { target: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } as const;

function readArguments(args: readonly string[]): FillOptions {
  const values = readOptions(args, OPTIONS, USAGE);
  return { target: adminUrl(values.target), dryRun: values['dry-run'] };
}

function adminUrl(text = ''): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/$/, '');
  const problem = '--target must be an http or https URL without user name, password, query or fragment.';
  throw misuse(problem, USAGE);
}

const REMARKS: Partial<Record<FillOutcome, string>> = {
  secret: 'has a secret that only the present Hydra knows: move it to the token gate, or make a new one',
  taken: 'is of somebody else in the target',
  refused: 'is refused by the target',
};

/** `npm run hydra:fill`: brings all clients to a new Hydra. Exit code 0 when it has all as they should be, 1 when not. */
async function hydraFill(session: HydraSession, options: FillOptions): Promise<number> {
  const { get, signal, progress, print } = session;
  const fill = get(HydraFill).into(options, signal);
  const totals = new Map<string, number>();
  for await (const some of untilAborted(fill.run(), signal)) {
    for (const filled of some) {
      count(totals, filled.outcome);
      if (filled.outcome in REMARKS) print(lineFor(filled));
    }
    progress.update(() => `${summaryOf(totals)} ...`);
  }
  print(summaryOf(totals) || 'There are no clients.');
  const isComplete = Object.keys(REMARKS).every((outcome) => !totals.has(outcome));
  if (options.dryRun) return isComplete ? 0 : 1;
  const compared = await compare(session, fill.compare());
  print(`Compared with the registry: ${summaryOf(compared)}`);
  return isComplete && [...compared.keys()].every((kind) => kind === 'equal') ? 0 : 1;
}

async function compare(
  { signal, progress, print }: HydraSession,
  steps: ReturnType<ReturnType<HydraFill['into']>['compare']>,
): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  for await (const findings of untilAborted(steps, signal)) {
    for (const finding of findings) {
      count(totals, finding.kind);
      if (finding.kind !== 'equal' && finding.kind !== 'orphan')
        print(
          `${finding.kind.padEnd(10)} ${finding.client.client_id} of project ${finding.client.project_id}`,
        );
    }
    progress.update(() => `${summaryOf(totals)} ...`);
  }
  return totals;
}

const lineFor = ({ client, outcome, reason }: Filled): string =>
  `${outcome.padEnd(10)} ${client.client_id} of project ${client.project_id} ${REMARKS[outcome]}${reason ? `: ${printable(reason)}` : ''}`;

const count = (totals: Map<string, number>, name: string): unknown =>
  totals.set(name, (totals.get(name) ?? 0) + 1);

const summaryOf = (totals: ReadonlyMap<string, number>): string =>
  [...totals].map(([name, number]) => `${number} ${name}`).join(', ');

void runHydraCommand(readArguments, hydraFill);
