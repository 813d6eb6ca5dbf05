import 'reflect-metadata';
import { runHydraCommand, type HydraSession } from '../app/hydra-command.js';
import type { Difference } from '../hydra/admin-api/compare.js';
import { HydraImport } from '../hydra/hydra-import.js';
import { readImportArguments, type ImportArguments } from '../hydra/import/import-arguments.js';
import type { Imported } from '../hydra/import/importer.js';
import { printable, printableName } from '../lib/printable.js';
import { untilAborted } from '../lib/until-aborted.js';
import { settingsOf } from '../oauth-clients/model/client-settings.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { Violation } from '../problem-details/violation.js';

const OUTCOMES = ['imported', 'importable', 'present', 'refused'] as const;
type Totals = Record<(typeof OUTCOMES)[number], number>;

/** `npm run hydra:import`: takes clients of Hydra into a project. Exit code 0 when it has all of them, 1 when any is refused. */
async function hydraImport(
  { get, signal, progress, print }: HydraSession,
  options: ImportArguments,
): Promise<number> {
  const hydraImports = get(HydraImport);
  const importer = await hydraImports.into(options);
  const totals: Totals = { imported: 0, importable: 0, present: 0, refused: 0 };
  const summary = (): string => OUTCOMES.map((outcome) => `${totals[outcome]} ${outcome}`).join(', ');
  try {
    for await (const imported of untilAborted(importer.run(options), signal)) {
      totals[imported.outcome]++;
      for (const line of linesFor(imported)) print(line);
      progress.update(() => `${summary()} ...`);
    }
  } finally {
    print(summary());
    if (totals.imported > 0) print(`The audit events of this run have the request_id ${hydraImports.runId}.`);
  }
  return totals.refused > 0 ? 1 : 0;
}

function linesFor({ clientId, outcome, reasons, candidate }: Imported): string[] {
  const head = `${outcome.padEnd(10)} ${printableName(clientId)}`;
  const because = reasons.map((reason) => `  refused: ${reason}`);
  if (candidate === null) return [head, ...because];
  const { settings, erased, changed, violations } = candidate;
  return [
    `${head} ${printable(settings.name)}`,
    ...because,
    ...violations.map((violation) => toRuleLine(violation, settings)),
    ...erased.map(toLine('erases')),
    ...changed.map(toLine('changes')),
  ];
}

function toRuleLine({ pointer, code, detail }: Violation, settings: ClientSettings): string {
  const [, member, index] = pointer.split('/');
  const value = Object.entries(settingsOf(settings)).find(([name]) => name === member)?.[1];
  const meant = Array.isArray(value) && index !== undefined ? value[Number(index)] : value;
  return `  breaks a rule: ${pointer} ${printable(meant)} ${code}: ${detail}`;
}

const toLine =
  (what: string) =>
  ({ member, expected, found }: Difference): string =>
    `  ${what} in Hydra: ${printableName(member)}: ${printable(found)} -> ${printable(expected)}`;

void runHydraCommand(readImportArguments, hydraImport);
