import { printable, printableName } from '../../lib/printable.js';
import { isUuid } from '../../lib/uuid.js';
import { settingsOf } from '../../oauth-clients/model/client-settings.js';
import type { Violation } from '../../problem-details/violation.js';
import type { Difference } from '../admin-api/differences.js';
import type { Candidate } from './candidate.js';
import type { Imported } from './importer.js';

/** As wide as a UUID. */
const ID_WIDTH = 36;
const WORD_WIDTH = 10;

export const TABLE_HEADER = row('OUTCOME', 'CLIENT_ID', 'NAME', 'DETAIL');

/** Said of clients whose `client_id` the API description does not foresee. */
const NO_UUID =
  'its client_id is no UUID: code that was generated from the API description with a type for UUIDs cannot read it';

/** One row for the client, and one for each thing that there is to say of it: each with its id and its name. */
export function tableRows(imported: Imported): string[] {
  const { clientId, outcome, name } = imported;
  const shown = name === null ? '-' : printable(name);
  return [
    row(outcome, printableName(clientId), shown, moveOf(imported)),
    ...notesOn(imported).map(([word, text]) => row(`  ${word}`, printableName(clientId), shown, text)),
  ];
}

function row(word: string, clientId: string, name: string, detail: string): string {
  return `${word.padEnd(WORD_WIDTH)}  ${clientId.padEnd(ID_WIDTH)}  ${name}  ${detail}`.trimEnd();
}

function moveOf({ owner, project }: Imported): string {
  const from = owner === null ? [] : [owner === '' ? 'no owner' : `owner ${printable(owner)}`];
  return [...from, ...(project === null ? [] : [`project ${project.projectId}`])].join(' -> ');
}

type Note = readonly [word: string, text: string];

function notesOn({ outcome, clientId, reasons, candidate }: Imported): Note[] {
  const because = reasons.map((reason): Note => ['reason', reason]);
  if (candidate === null) return because;
  const isTaken = outcome === 'imported' || outcome === 'importable';
  return [
    ...because,
    ...(isTaken && !isUuid(clientId) ? [['names', NO_UUID] as const] : []),
    ...candidate.violations.map((violation): Note => ['rule', ruleOf(violation, candidate)]),
    ...candidate.erased.map((difference): Note => ['loses', changeOf(difference)]),
    ...candidate.changed.map((difference): Note => ['changes', changeOf(difference)]),
  ];
}

const ruleOf = (violation: Violation, candidate: Candidate): string =>
  `${violation.pointer} ${printable(blamed(violation, candidate))} ${violation.code}: ${violation.detail}`;

const changeOf = ({ member, expected, found }: Difference): string =>
  `${printableName(member)}: ${printable(found)} -> ${printable(expected)}`;

/** The member, or item of its list, that breaks the rule. */
function blamed({ pointer }: Violation, { settings }: Candidate): unknown {
  const [, member, index] = pointer.split('/');
  const value = Object.entries(settingsOf(settings)).find(([name]) => name === member)?.[1];
  return Array.isArray(value) && index !== undefined ? value[Number(index)] : value;
}

/** The same as one JSON object, without line breaks. */
export function jsonLine(imported: Imported): string {
  const { clientId, name, owner, project, outcome, reasons, candidate } = imported;
  return JSON.stringify({
    outcome,
    client_id: clientId,
    name,
    owner,
    organization_id: project?.organizationId ?? null,
    project_id: project?.projectId ?? null,
    reasons,
    client_id_is_uuid: isUuid(clientId),
    rules:
      candidate?.violations.map((violation) => ({ ...violation, value: blamed(violation, candidate) })) ?? [],
    losses: candidate?.erased.map(asJson) ?? [],
    changes: candidate?.changed.map(asJson) ?? [],
  });
}

/** Members of the metadata can be nested deeper than `JSON.stringify` can go. */
function asJson({ member, expected, found }: Difference): object {
  try {
    JSON.stringify(found);
    return { member, from: found ?? null, to: expected ?? null };
  } catch {
    return { member, from: printable(found), to: expected ?? null };
  }
}
