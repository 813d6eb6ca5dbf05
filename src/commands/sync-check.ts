import 'reflect-metadata';
import { isDrift, Survey, type Finding, type SurveyStep } from '../hydra/drift/survey.js';
import { SurveyedClients, type SurveyedClient } from '../hydra/drift/surveyed-clients.js';
import { untilAborted } from '../lib/until-aborted.js';
import { readNoArguments, runHydraCommand, type HydraSession } from './hydra-command.js';
import { printable, printableName } from './printable.js';

const KINDS = ['equal', 'different', 'missing', 'undeleted', 'orphan', 'pending'] as const;
type Totals = Record<(typeof KINDS)[number], number>;

/** `npm run sync:check`: how Hydra compares with the registry. Exit code 0 when they are equal, 1 when not. */
async function syncCheck({ pool, api, terms, signal, progress, print }: HydraSession): Promise<number> {
  const survey = new Survey(api, new SurveyedClients(pool), terms);
  const totals: Totals = { equal: 0, different: 0, missing: 0, undeleted: 0, orphan: 0, pending: 0 };
  const unsettled: string[] = [];
  let looked = 0;

  const take = (finding: Finding): void => {
    totals[finding.kind]++;
    for (const line of linesFor(finding)) print(line);
  };
  const follow = async (
    steps: AsyncGenerator<SurveyStep, void>,
    each: (finding: Finding) => void,
  ): Promise<void> => {
    for await (const step of untilAborted(steps, signal)) {
      step.findings.forEach(each);
      looked += step.looked;
      progress.update(() => `${looked} clients of Hydra looked at, ${totals.equal} equal ...`);
    }
  };

  await follow(survey.run(), (finding) => {
    // A change that was on its way when its page was read may have arrived by the end.
    if (finding.kind === 'pending') unsettled.push(finding.client.client_id);
    else take(finding);
  });
  await follow(survey.ask(unsettled), take);

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
