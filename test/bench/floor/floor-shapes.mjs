/** A status that is not 200. */
export class Refusal extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

const isText = (min, max) => (value) =>
  typeof value === 'string' && value.length >= min && value.length <= max;
const isListOf = (max) => (value) =>
  Array.isArray(value) && value.length <= max && value.every((item) => typeof item === 'string');

/** The members that a PATCH may change without any rule about others. */
const MEMBERS = {
  name: isText(1, 128),
  description: isText(0, 1024),
  redirect_uris: isListOf(50),
  scopes: isListOf(100),
  enabled: (value) => typeof value === 'boolean',
};

export function patchOf(text) {
  const patch = parse(text);
  const isGood = Object.entries(patch).every(([name, value]) => MEMBERS[name]?.(value));
  if (!isGood) throw new Refusal(422);
  return patch;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400);
  }
}

export function represent(row) {
  return {
    id: row.id,
    client_id: row.client_id,
    project_id: row.project_id,
    created: row.created.toISOString(),
    modified: row.modified.toISOString(),
    name: row.name,
    description: row.description,
    redirect_uris: row.redirect_uris,
    grant_types: row.grant_types,
    scopes: row.scopes,
    trusted: row.trusted,
    enabled: row.enabled,
    token_endpoint_auth_method: row.token_endpoint_auth_method,
    pkce_required: row.pkce_required,
    pkce_challenge_method: row.pkce_challenge_method,
    client_secret: null,
    sync_status: row.revision === row.synced_revision ? 'synced' : row.sync_problem ? 'failed' : 'pending',
    sync_problem: row.sync_problem,
  };
}
