import 'reflect-metadata';
import { runHydraCommand, type HydraSession } from '../app/hydra-command.js';
import { readOptions } from '../config/command-line.js';
import { isDrift, DriftReport, type Finding } from '../hydra/drift/drift-report.js';
import { HeldClients } from '../hydra/held-clients.js';
import type { ComparedClient } from '../hydra/drift/compared-clients.js';
import { printable, printableName } from '../lib/printable.js';
import { untilAborted } from '../lib/until-aborted.js';

const KINDS = ['equal', 'different', 'missing', 'undeleted', 'orphan', 'pending'] as const;
type Totals = Record<(typeof KINDS)[number], number>;

interface SyncCheckArguments {
  /** Takes the registry's state for right where Hydra is ahead of it, and compares nothing. */
  readonly accept: boolean;
}

const USAGE = `npm run sync:check [-- --accept]
  --accept   clients of which Hydra has a later state (registry_restored) are to be as the registry has them`;

const OPTIONS = { accept: { type: 'boolean', default: false } } as const;

const readArguments = (args: readonly string[]): SyncCheckArguments => readOptions(args, OPTIONS, USAGE);

const run = (session: HydraSession, { accept }: SyncCheckArguments): Promise<number> =>
  accept ? acceptHeld(session) : syncCheck(session);

/**
 * `npm run sync:check -- --accept`: accepts the registry's state of clients of which Hydra has a later one, as after a
 * restore of the registry. The service then brings Hydra to it.
 */
async function acceptHeld({ get, signal, print }: HydraSession): Promise<number> {
  const held = get(HeldClients);
  let count = 0;
  for await (const { client_id: clientId, project_id: projectId } of untilAborted(held.accept(), signal)) {
    print(`accepted   ${clientId} of project ${projectId}`);
    count++;
  }
  print(`${count} accepted`);
  if (count > 0) print(`The audit events of this run have the request_id ${held.runId}.`);
  return 0;
}

/** `npm run sync:check`: how Hydra compares with the registry. Exit code 0 when they are equal, 1 when not. */
async function syncCheck({ get, signal, progress, print }: HydraSession): Promise<number> {
  const totals: Totals = { equal: 0, different: 0, missing: 0, undeleted: 0, orphan: 0, pending: 0 };
  let looked = 0;
  for await (const step of untilAborted(get(DriftReport).runWithRetries(), signal)) {
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

function remarkOn({ revision, sync_problem }: ComparedClient, kind: string): string {
  if (kind === 'missing') return ' is not in Hydra';
  if (kind === 'undeleted') return ' is deleted, and lives on in Hydra';
  if (kind !== 'pending') return '';
  return ` at revision ${revision}${sync_problem ? `: ${printable(sync_problem.code)}` : ''}`;
}

void runHydraCommand(readArguments, run);
