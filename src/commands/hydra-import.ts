import 'reflect-metadata';
import { runHydraCommand, type HydraSession } from '../app/hydra-command.js';
import { HydraImport } from '../hydra/hydra-import.js';
import { readImportArguments, type ImportArguments } from '../hydra/import/import-arguments.js';
import { OUTCOMES, type Outcome } from '../hydra/import/importer.js';
import { jsonLine, TABLE_HEADER, tableRows } from '../hydra/import/report.js';
import { untilAborted } from '../lib/until-aborted.js';

/** `npm run hydra:import`: takes clients of Hydra over. Exit code 0 when the registry has all of them, 1 when any is refused. */
async function hydraImport(
  { get, signal, progress, print, remark }: HydraSession,
  { into, json, ...options }: ImportArguments,
): Promise<number> {
  const hydraImports = get(HydraImport);
  const importer = await hydraImports.into(into, options, (clients) =>
    progress.update(() => `looked for owners in ${clients} clients ...`),
  );
  const totals = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  const summary = (): string => [...totals].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  // What a program reads holds one object for each client, and nothing else.
  const close = json ? remark : print;
  if (!json) print(TABLE_HEADER);
  try {
    for await (const imported of untilAborted(importer.run(), signal)) {
      totals.set(imported.outcome, (totals.get(imported.outcome) ?? 0) + 1);
      for (const line of json ? [jsonLine(imported)] : tableRows(imported)) print(line);
      progress.update(() => `${summary()} ...`);
    }
  } finally {
    close(summary());
    if (totals.get('imported'))
      close(`The audit events of this run have the request_id ${hydraImports.runId}.`);
  }
  return totals.get('refused') ? 1 : 0;
}

void runHydraCommand(readImportArguments, hydraImport);
