import { existsSync, readdirSync, readFileSync } from 'node:fs';

const swc = (parser, sourceMaps) => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps,
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      parser,
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];

/** Percent of the lines and branches of each room of `src` that all tests together reach at least: some points below what they did. */
const floors = JSON.parse(readFileSync('test/support/coverage-floors.json', 'utf8'));

/** Packages that are ESM only, and so have to be transformed: all others run as they are. Read once, as their number changes with every update. */
const esmPackages = readdirSync('node_modules', { withFileTypes: true })
  .flatMap(({ name }) =>
    name.startsWith('@') ? readdirSync(`node_modules/${name}`).map((inner) => `${name}/${inner}`) : [name],
  )
  .filter((name) => isEsmOnly(`node_modules/${name}/package.json`));

/** One that also offers CommonJS has it in files of that name. */
function isEsmOnly(path) {
  if (!existsSync(path)) return false;
  const { type, exports } = JSON.parse(readFileSync(path, 'utf8'));
  return type === 'module' && !JSON.stringify(exports ?? '').includes('.cjs"');
}

/** CommonJS for everything, ESM-only packages included: the one setup that runs them on Node 20 and 24. */
const shared = {
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }, 'inline'),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }, false),
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmPackages.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

export default {
  reporters: ['default', '<rootDir>/test/support/closing-line.reporter.cjs'],
  // Ends what hangs, and measures nothing: ten times what the slowest test takes.
  testTimeout: 120_000,
  // What runs in a process of its own (`main.ts`, `commands/`) is tested and not counted.
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', '!src/main.ts', '!src/commands/**'],
  coverageReporters: [['text', { skipFull: true }], 'lcov', 'json-summary'],
  coverageThreshold: Object.fromEntries(
    Object.entries(floors).map(([room, floor]) => [`./src/${room}/`, floor]),
  ),
  // Jest leaves a core to itself otherwise: of two, half.
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/{e2e,flows,fuzz,hydra,faults,clients}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
};
