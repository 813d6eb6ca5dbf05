/**
 * The floor plan. A room (folder) imports only rooms on lower floors; rooms of one floor do not know each other; nothing
 * imports in a circle, types included. A new room is one word here, on the floor where it belongs.
 */
const FLOORS = [
  ['lib'],
  ['config', 'problem-details', 'tenants', 'embedded-postgres'],
  ['auth', 'database', 'openapi', 'validation'],
  ['audit', 'idempotency', 'logging', 'metrics', 'pagination', 'rate-limit'],
  ['oauth-clients/model', 'http'],
  [
    'hydra/admin-api',
    'hydra/standings',
    'oauth-clients/writes',
    'oauth-clients/advice',
    'access',
    'authorization-server',
  ],
  [
    'hydra/sync',
    'hydra/drift',
    'hydra/import',
    'hydra/hooks',
    'hydra/token-gate',
    'oauth-clients',
    'audit/reading',
    'embedded-server',
    'health',
  ],
  ['hydra', 'organizations'],
  ['app'],
  ['commands', 'main.ts'],
];

const ROOMS = FLOORS.flat();
/** A room without the rooms inside it. */
const within = (room) => {
  const inner = ROOMS.filter((other) => other.startsWith(`${room}/`)).map(
    (other) => `(?!${other.slice(room.length + 1)}/)`,
  );
  return room.endsWith('.ts') ? `^src/${room.replace('.', '[.]')}$` : `^src/${room}/${inner.join('')}`;
};
const rule = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'no-circular',
      {},
      { circular: true },
      'Files that import each other are one file, or hide a third.',
    ),
    rule(
      'every-file-has-a-room',
      { path: '^src/', pathNot: ROOMS.map(within) },
      {},
      'Add its folder to the floor plan.',
    ),
    ...FLOORS.slice(0, -1).map((rooms, floor) =>
      rule(
        `floor-${floor}-imports-up`,
        { path: rooms.map(within) },
        {
          path: FLOORS.slice(floor + 1)
            .flat()
            .map(within),
        },
        'Move what both need to a lower floor, or let the upper room hand it down.',
      ),
    ),
    ...FLOORS.flatMap((rooms) =>
      rooms.map((room) =>
        rule(
          `${room}-imports-a-neighbour`,
          { path: within(room) },
          { path: rooms.filter((other) => other !== room).map(within) },
          'Rooms of one floor are strangers: move what both need to a lower floor.',
        ),
      ),
    ).filter(({ to }) => to.path.length > 0),
    rule(
      'only-the-app-knows-the-servers',
      { path: '^src/', pathNot: '^src/(app|commands|hydra|embedded-server)/' },
      { path: '^src/(hydra|embedded-server)/' },
      'Ask the port: src/authorization-server/authorization-server.ts.',
    ),
    rule(
      'the-servers-are-strangers',
      { path: '^src/hydra/' },
      { path: '^src/embedded-server/' },
      'Two houses share a port.',
    ),
    rule(
      'the-servers-are-strangers',
      { path: '^src/embedded-server/' },
      { path: '^src/hydra/' },
      'Two houses share a port.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
