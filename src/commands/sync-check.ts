import 'reflect-metadata';
import { readNoArguments, runHydraCommand, type HydraSession } from '../app/hydra-command.js';
import { isDrift, Survey, type Finding } from '../hydra/drift/survey.js';
import type { SurveyedClient } from '../hydra/drift/surveyed-clients.js';
import { printable, printableName } from '../lib/printable.js';
import { untilAborted } from '../lib/until-aborted.js';

const KINDS = ['equal', 'different', 'missing', 'undeleted', 'orphan', 'pending'] as const;
type Totals = Record<(typeof KINDS)[number], number>;

/** `npm run sync:check`: how Hydra compares with the registry. Exit code 0 when they are equal, 1 when not. */
async function syncCheck({ get, signal, progress, print }: HydraSession): Promise<number> {
  const totals: Totals = { equal: 0, different: 0, missing: 0, undeleted: 0, orphan: 0, pending: 0 };
  let looked = 0;
  for await (const step of untilAborted(get(Survey).runPatiently(), signal)) {
    for (const finding of step.findings) {
      totals[finding.kind]++;
      for (const line of linesFor(finding)) print(line);
    }
    looked += step.looked;
    progress.update(() => `${looked} clients of Hydra looked at, ${totals.equal} equal ...`);
  }
  print(KINDS.map((kind) => `${totals[kind]} ${kind}`).join(', '));
  return KINDS.every((kind) => kind === 'equal' || totals[kind] === 0) ? 0 : 1;
}

function linesFor(finding: Finding): string[] {
  if (finding.kind === 'equal') return [];
  if (finding.kind === 'orphan') {
    return [
      `orphan     ${printableName(finding.clientId)} has the mark of this registry, which does not have it`,
    ];
  }
  const { kind, client } = finding;
  const head = `${kind.padEnd(10)} ${client.client_id} of project ${client.project_id}${remarkOn(client, kind)}`;
  const differences = isDrift(finding) ? finding.differences : [];
  return [
    head,
    ...differences.map(
      ({ member, expected, found }) =>
        `  ${printableName(member)}: ${printable(expected)} -> ${printable(found)}`,
    ),
  ];
}

function remarkOn({ revision, sync_problem }: SurveyedClient, kind: string): string {
  if (kind === 'missing') return ' is not in Hydra';
  if (kind === 'undeleted') return ' is deleted, and lives on in Hydra';
  if (kind !== 'pending') return '';
  return ` at revision ${revision}${sync_problem ? `: ${printable(sync_problem.code)}` : ''}`;
}

void runHydraCommand(readNoArguments, syncCheck);
