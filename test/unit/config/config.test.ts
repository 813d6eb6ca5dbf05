import { Config } from '../../../src/config/config.js';
import { ConfigurationError } from '../../../src/config/environment.js';

/** In every wrong value that can hold it: no message may show what it was given. */
const CANARY = 'canary7d1f';
const KRATOS = { KRATOS_ISSUER: 'https://kratos.example', KRATOS_JWKS_URI: 'file:///keys.json' };
const HYDRA_VARIABLES = {
  AUTHORIZATION_SERVER: 'hydra',
  HYDRA_ISSUER: 'https://hydra.example/',
  HYDRA_ADMIN_URL: 'http://hydra:4445/',
  ASSIGNABLE_SCOPES: 'openid',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};

function messageFor(env: Record<string, string>): string {
  try {
    return `no error, but ${JSON.stringify(new Config(env))}`;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
}

describe('Config', () => {
  it('the configuration needs nothing: everything has a default', () => {
    expect(new Config({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      databaseUrl: null,
      hydra: null,
      audience: 'oauth-client-registry',
      issuers: [],
      firstPartyClientIds: [],
      assignableScopes: null,
      corsOrigins: [],
      logLevel: 'info',
      dataDirectory: '.data',
    });
  });

  it('the configuration takes an empty variable for an absent one, as compose files write it', () => {
    const names = [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'DATABASE_URL',
      'HYDRA_ISSUER',
      'HYDRA_JWKS_URI',
      'CORS_ORIGINS',
      'CORS_HEADERS',
    ];
    const rest = [
      'AUTHORIZATION_SERVER',
      'ASSIGNABLE_SCOPES',
      'REDIRECT_URI_SCHEMES',
      'LOG_LEVEL',
      'ALLOW_DEMO',
      'DATA_DIR',
      'NODE_ENV',
    ];
    const empty = Object.fromEntries(
      [...names, ...rest].map((name, index) => [name, index % 2 ? '' : ' \n']),
    );
    expect(new Config(empty)).toEqual(new Config({}));
  });

  it('the configuration reads every variable', () => {
    const env = {
      PORT: '8080',
      HOST: '127.0.0.2',
      PUBLIC_URL: 'https://registry.example/',
      DATABASE_URL: 'postgres://u:p@db.example:5432/registry?sslmode=require',
      AUTHORIZATION_SERVER: 'embedded',
      AUTH_AUDIENCE: 'registry',
      HYDRA_ISSUER: 'https://hydra.example/',
      ...KRATOS,
      FIRST_PARTY_CLIENT_IDS: 'dashboard, cli',
      ASSIGNABLE_SCOPES: 'openid offline_access,orders:* shop.* system/*.read https://api.example/auth/*',
      REDIRECT_URI_SCHEMES: 'cursor, vscode exp',
      ASSIGNABLE_AUDIENCES: 'https://api.example.com https://api.example.com/*,stock',
      MAX_ACCESS_TOKEN_LIFETIME: '3600',
      MAX_REFRESH_TOKEN_LIFETIME: '60',
      CORS_ORIGINS: 'https://dashboard.example http://localhost:5173',
      CORS_HEADERS: 'X-Tenant, x-b3-traceid',
      LOG_LEVEL: 'debug',
      DATA_DIR: '/var/lib/registry',
    };
    expect(new Config(env)).toMatchObject({
      port: 8080,
      host: '127.0.0.2',
      publicUrl: 'https://registry.example',
      databaseUrl: env.DATABASE_URL,
      hydra: null,
      audience: 'registry',
      issuers: [
        {
          kind: 'hydra',
          issuer: 'https://hydra.example/',
          jwksUri: 'https://hydra.example/.well-known/jwks.json',
        },
        { kind: 'kratos', issuer: 'https://kratos.example', jwksUri: 'file:///keys.json' },
      ],
      firstPartyClientIds: ['dashboard', 'cli'],
      assignableScopes: [
        'openid',
        'offline_access',
        'orders:*',
        'shop.*',
        'system/*.read',
        'https://api.example/auth/*',
      ],
      redirectUriSchemes: ['cursor', 'vscode', 'exp'],
      assignableAudiences: ['https://api.example.com', 'https://api.example.com/*', 'stock'],
      maxAccessTokenLifetime: 3_600,
      maxRefreshTokenLifetime: 60,
      corsOrigins: ['https://dashboard.example', 'http://localhost:5173'],
      corsHeaders: ['X-Tenant', 'x-b3-traceid'],
      logLevel: 'debug',
      dataDirectory: '/var/lib/registry',
    });
  });

  it.each([
    ['javascript', 'javascript'],
    ['cursor, JavaScript, vscode', 'javascript'],
    ['data: file://', 'data, file'],
    ['ms-settings ms-whatever MS-App://', 'ms-settings, ms-whatever, ms-app'],
    ['https', 'https'],
    ['chrome-extension', 'chrome-extension'],
  ])('the configuration stops at REDIRECT_URI_SCHEMES=%j and says which scheme it is', (value, named) => {
    expect(messageFor({ REDIRECT_URI_SCHEMES: value })).toContain(`must not list ${named}:`);
  });

  it.each([
    ['https://api.example.com', 'https://api.example.com/registry'],
    ['https://api.example.com/', 'https://api.example.com/registry'],
    ['https://api.example.com/*', 'https://api.example.com/registry'],
    ['orders', 'orders'],
  ])(
    'the configuration lets nobody hand out the audience %s, below which is its own: %s',
    (assignable, own) => {
      expect(messageFor({ AUTH_AUDIENCE: own, ASSIGNABLE_AUDIENCES: assignable })).toMatch(
        /^ASSIGNABLE_AUDIENCES must not /,
      );
    },
  );

  it.each([
    ['https://api.example.com/reg', 'https://api.example.com/registry'],
    ['https://api.example.com/registry/*', 'https://api.example.com/registry'],
    ['order', 'orders'],
  ])('the configuration lets tenants hand out %s beside its own audience %s', (assignable, own) => {
    const env = { AUTH_AUDIENCE: own, ASSIGNABLE_AUDIENCES: assignable };
    expect(new Config(env).assignableAudiences).toEqual([assignable]);
  });

  it('the configuration takes the port into the default of PUBLIC_URL', () => {
    expect(new Config({ PORT: '4000' }).publicUrl).toBe('http://localhost:4000');
  });

  it('the configuration trusts the embedded authorization server only as itself', () => {
    expect(messageFor({ HYDRA_ISSUER: 'http://localhost:3000/oauth2' })).toMatch(/^HYDRA_ISSUER must /);
  });

  it('the configuration trusts no issuer twice, since each has its own kind of token', () => {
    const env = { ...KRATOS, HYDRA_ISSUER: KRATOS.KRATOS_ISSUER };
    expect(messageFor(env)).toMatch(/^KRATOS_ISSUER /);
  });

  const WRONG: Record<string, readonly string[]> = {
    MAX_CLIENTS_PER_PROJECT: [CANARY, '0', '-1', '1.5'],
    AUDIT_RETENTION_DAYS: [CANARY, '0', '36501'],
    PORT: [CANARY, '-1', '65536', '3000.5', '0x10', '1e3', '3000abc', '99999999999999999999'],
    HOST: [
      '0.0.0.0',
      '::',
      `${CANARY}.example`,
      '192.168.0.1',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ],
    PUBLIC_URL: [
      CANARY,
      `ftp://${CANARY}`,
      `https://${CANARY}.example/path`,
      `https://user:${CANARY}@a.example`,
      `https://a.example?${CANARY}`,
      `https://a.example#${CANARY}`,
      'https://',
      `javascript:${CANARY}`,
      'HTTPS://A.EXAMPLE',
    ],
    DATABASE_URL: [CANARY, `mysql://u:${CANARY}@db/registry`, `https://${CANARY}`, `u:${CANARY}@db/registry`],
    AUTHORIZATION_SERVER: [CANARY, 'Embedded', 'none'],
    HYDRA_ISSUER: [CANARY, `file:///${CANARY}`, `ldap://${CANARY}`],
    CORS_ORIGINS: [
      '*',
      CANARY,
      `https://a.example,${CANARY}`,
      `https://a.example/${CANARY}`,
      'null',
      'https://*.example',
    ],
    CORS_HEADERS: ['*', `${CANARY}:`, `x-a,${CANARY}*`, `"${CANARY}"`, `é${CANARY}`],
    ASSIGNABLE_SCOPES: ['*', `${CANARY}"`, `*${CANARY}:*`, 'system/*.*', `é${CANARY}`],
    REDIRECT_URI_SCHEMES: [
      `${CANARY}_x`,
      'cursor:',
      'cursor://',
      `é${CANARY}`,
      '1password',
      'my_app',
      'a/b',
      'Cursor',
    ],
    ASSIGNABLE_AUDIENCES: [
      '*',
      `${CANARY}#`,
      `${CANARY}*`,
      `é${CANARY}`,
      'oauth-client-registry',
      'http://localhost:3000',
      'http://localhost:3000/',
      'http:*',
      'http://*',
    ],
    MAX_ACCESS_TOKEN_LIFETIME: [CANARY, '59', '0', '-1'],
    MAX_REFRESH_TOKEN_LIFETIME: [CANARY, '59', '1e9'],
    LOG_LEVEL: [CANARY, 'INFO', 'verbose'],
    ALLOW_DEMO: [CANARY, '1', 'yes', 'TRUE'],
    NODE_ENV: ['production'],
  };

  describe.each(Object.entries(WRONG))('when %s is wrong', (name, values) => {
    it.each(values)(
      'the configuration stops with one sentence that names a wrong variable and does not show %j',
      (value) => {
        const message = messageFor({ [name]: value });
        expect(message).toMatch(new RegExp(`^${name} (must|is) [^\n]+[^.]\\.$`));
        expect(message).not.toContain(CANARY);
      },
    );
  });

  describe('when the keys of an issuer are wrong', () => {
    it.each([
      ['HYDRA_JWKS_URI', { HYDRA_ISSUER: 'https://hydra.example', HYDRA_JWKS_URI: CANARY }],
      ['HYDRA_JWKS_URI', { HYDRA_ISSUER: 'https://hydra.example', HYDRA_JWKS_URI: `data:${CANARY}` }],
      [
        'HYDRA_JWKS_URI',
        { HYDRA_ISSUER: 'https://hydra.example', HYDRA_JWKS_URI: `https://u:${CANARY}@a.example` },
      ],
      ['HYDRA_ISSUER', { HYDRA_JWKS_URI: `https://${CANARY}` }],
      ['KRATOS_ISSUER', { ...KRATOS, KRATOS_ISSUER: CANARY }],
      ['KRATOS_ISSUER', { KRATOS_JWKS_URI: KRATOS.KRATOS_JWKS_URI }],
      ['KRATOS_JWKS_URI', { KRATOS_ISSUER: KRATOS.KRATOS_ISSUER }],
      ['KRATOS_JWKS_URI', { ...KRATOS, KRATOS_JWKS_URI: CANARY }],
    ])(
      'the configuration stops with one sentence that names %s when the keys of an issuer are wrong (%j)',
      (name, env) => {
        const message = messageFor(env);
        expect(message).toMatch(new RegExp(`^${name} (must|is) [^\n]+\\.$`));
        expect(message).not.toContain(CANARY);
      },
    );
  });

  describe('with a Hydra', () => {
    const HYDRA = HYDRA_VARIABLES;
    const { SECRETS_KEY } = HYDRA;

    it('a configuration with Hydra needs admin API, issuer, a key for secrets and assignable scopes, and no more', () => {
      expect(new Config(HYDRA).hydra).toEqual({
        issuer: 'https://hydra.example/',
        adminUrl: 'http://hydra:4445',
        adminToken: null,
        secretsKeys: [Buffer.alloc(32, 7)],
        publicUrl: null,
        tokenGate: false,
        hookSecrets: [],
        authorizeGate: false,
        writesPerMinute: null,
        swaggerClientId: null,
      });
    });

    it('a configuration with Hydra reads every variable', () => {
      const all = {
        ...HYDRA,
        HYDRA_ADMIN_TOKEN: 'ory_pat_example',
        HOOK_SECRET: 'sixteen-or-more-characters',
        AUTHORIZE_GATE: 'enabled',
        HYDRA_WRITES_PER_MINUTE: '35',
        FIRST_PARTY_CLIENT_IDS: 'dashboard swagger',
        SWAGGER_CLIENT_ID: 'swagger',
        HYDRA_PUBLIC_URL: 'http://hydra:4444/',
        TOKEN_GATE: 'enabled',
        SECRETS_KEY: `${Buffer.alloc(32, 8).toString('base64')}, ${SECRETS_KEY}`,
      };
      expect(new Config(all).hydra).toMatchObject({
        adminToken: 'ory_pat_example',
        hookSecrets: ['sixteen-or-more-characters'],
        authorizeGate: true,
        writesPerMinute: 35,
        swaggerClientId: 'swagger',
        publicUrl: 'http://hydra:4444',
        tokenGate: true,
        secretsKeys: [Buffer.alloc(32, 8), Buffer.alloc(32, 7)],
      });
    });

    it('a configuration with Hydra starts on any host and in production, having no demo people', () => {
      expect(new Config({ ...HYDRA, HOST: '0.0.0.0', NODE_ENV: 'production' }).host).toBe('0.0.0.0');
    });

    it.each([
      ['HYDRA_ISSUER', ''],
      ['HYDRA_ADMIN_URL', ''],
      ['HYDRA_ADMIN_URL', CANARY],
      ['HYDRA_ADMIN_URL', `http://user:${CANARY}@hydra:4445`],
      ['HYDRA_ADMIN_URL', `http://hydra:4445?${CANARY}`],
      ['ASSIGNABLE_SCOPES', ''],
      ['SECRETS_KEY', ''],
      ['SECRETS_KEY', CANARY],
      ['SECRETS_KEY', `${SECRETS_KEY}${CANARY}`],
      ['SECRETS_KEY', Buffer.alloc(31).toString('base64')],
      ['SECRETS_KEY', `${SECRETS_KEY},${CANARY}`],
      ['HYDRA_PUBLIC_URL', CANARY],
      ['HYDRA_PUBLIC_URL', `http://user:${CANARY}@hydra:4444`],
      ['TOKEN_GATE', CANARY],
      ['HOOK_SECRET', CANARY],
      ['HOOK_SECRET', `two words and a ${CANARY}`],
      ['HOOK_SECRET', `sixteen-${CANARY}-$host`],
      ['HOOK_SECRET', `sixteen-"${CANARY}"`],
      ['AUTHORIZE_GATE', CANARY],
      ['HYDRA_WRITES_PER_MINUTE', '0'],
      ['SWAGGER_CLIENT_ID', CANARY],
    ])('a configuration with Hydra stops with one sentence that names %s when it is %j', (name, value) => {
      const message = messageFor({ ...HYDRA, [name]: value });
      expect(message).toMatch(new RegExp(`^${name} (must|is) [^\n]+\\.$`));
      expect(message).not.toContain(CANARY);
    });

    it('a configuration with Hydra takes several hook secrets, for as long as one is replaced', () => {
      const env = { ...HYDRA, HOOK_SECRET: 'the-new-one-of-two-secrets, the-old-one-of-two-secrets' };
      expect(new Config(env).hydra?.hookSecrets).toEqual([
        'the-new-one-of-two-secrets',
        'the-old-one-of-two-secrets',
      ]);
    });

    it('a configuration with Hydra wants to know where Hydra is for the token gate', () => {
      expect(messageFor({ ...HYDRA, TOKEN_GATE: 'enabled' })).toMatch(/^HYDRA_PUBLIC_URL is required/);
    });

    it('a configuration with Hydra wants a hook secret for the authorize gate', () => {
      expect(messageFor({ ...HYDRA, AUTHORIZE_GATE: 'enabled' })).toMatch(/^HOOK_SECRET is required/);
    });
  });

  describe('when several variables are wrong', () => {
    const named = (env: Record<string, string>): string[] =>
      messageFor(env)
        .split('\n')
        .map((sentence) => /^([A-Z_]+) (?:must|is) [^\n]+\.$/.exec(sentence)?.[1] ?? sentence)
        .toSorted();

    it('the configuration names each of several wrong variables, by a sentence of its own', () => {
      const wrong = Object.entries(WRONG)
        // With another server than these are for, they are no mistake.
        .filter(([name]) => !['AUTHORIZATION_SERVER', 'HOST', 'NODE_ENV'].includes(name))
        .map(([name, [value = '']]) => [name, value] as const);
      const all = { ...Object.fromEntries(wrong), SHUTDOWN_DELAY: CANARY, RATE_LIMITS: CANARY };
      const others = { TRUST_PROXY: CANARY, KRATOS_ISSUER: CANARY, KRATOS_JWKS_URI: CANARY };

      expect(named({ ...all, ...others })).toEqual(Object.keys({ ...all, ...others }).toSorted());
    });

    it.each<[string[], Record<string, string>]>([
      [
        ['ASSIGNABLE_SCOPES', 'HYDRA_ADMIN_URL', 'HYDRA_ISSUER', 'SECRETS_KEY'],
        { AUTHORIZATION_SERVER: 'hydra' },
      ],
      [
        ['ASSIGNABLE_SCOPES', 'HOOK_SECRET', 'HYDRA_ADMIN_URL', 'HYDRA_ISSUER', 'PORT', 'SECRETS_KEY'],
        { AUTHORIZATION_SERVER: 'hydra', AUTHORIZE_GATE: 'enabled', PORT: CANARY },
      ],
      [
        ['HYDRA_ISSUER', 'HYDRA_JWKS_URI', 'KRATOS_ISSUER', 'KRATOS_JWKS_URI'],
        { HYDRA_JWKS_URI: CANARY, KRATOS_ISSUER: CANARY },
      ],
      [['HOST', 'NODE_ENV', 'PORT'], { HOST: '0.0.0.0', NODE_ENV: 'production', PORT: CANARY }],
      [['AUTHORIZATION_SERVER'], { AUTHORIZATION_SERVER: 'Hydra', HOST: '0.0.0.0', NODE_ENV: 'production' }],
      [['HOOK_SECRET'], { ...HYDRA_VARIABLES, AUTHORIZE_GATE: 'enabled', HOOK_SECRET: CANARY }],
    ])('the configuration names all variables that are wrong: %j', (names, env) => {
      expect(named(env)).toEqual(names);
    });
  });

  describe('when the demo is allowed to be reachable', () => {
    it('a demo that is allowed to be reachable starts on any host and in production', () => {
      const config = new Config({ ALLOW_DEMO: 'true', HOST: '0.0.0.0', NODE_ENV: 'production' });
      expect(config.host).toBe('0.0.0.0');
    });

    it.each(['localhost', '::1', '127.0.0.1', '127.8.9.10'])(
      'a demo starts on %s without being allowed to be reachable',
      (host) => {
        expect(new Config({ HOST: host }).host).toBe(host);
      },
    );
  });
});
