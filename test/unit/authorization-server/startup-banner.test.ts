import { execFileSync } from 'node:child_process';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_WEB_CLIENT,
  PLATFORM_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import { startupBanner } from '../../../src/app/startup-banner.js';
import { introduction, type IntroductionFacts } from '../../../src/embedded-server/demo/introduction.js';

const facts: IntroductionFacts = {
  publicUrl: 'https://registry.example:8443',
  dataDirectory: '.data',
  audience: 'oauth-client-registry',
  platformSecret: 'ocs_platform-secret_0',
  demo: { adminToken: 'admin.token-_', viewerToken: 'viewer.token-_' },
};

const bannerOf = (told: IntroductionFacts): string => startupBanner(told, introduction(told));

/** Stands in for the service: notes the arguments of every call, one to a line, and answers with a new secret. */
const STUBS = `
  curl() { printf '%s\\n' "$@" >&3; echo --- >&3; echo '{"id":"1","client_secret":"ocs_new-secret","sync_problem":null}'; }
`;

/** What a person pastes: all that follows the prose. */
function paste(banner: string): string[][] {
  const commands = banner.slice(banner.indexOf("ADMIN='"));
  const script = `exec 3>&1 >/dev/null\n${STUBS}\n${commands}`;
  const output = execFileSync('bash', ['--norc', '-eu', '-c', script], {
    encoding: 'utf8',
  });
  return output.split('---\n').map((call) => call.split('\n').filter(Boolean));
}

describe('startupBanner', () => {
  const clients =
    'https://registry.example:8443/v1/organizations/de300000-0000-4000-8000-000000000001/projects/de300000-0000-4000-8000-000000000002/oauth-clients';
  const web = `${clients}/${DEMO_WEB_CLIENT.id}`;
  const tokenEndpoint = 'https://registry.example:8443/oauth2/token';

  it.each([
    '/docs',
    '/openapi.json',
    '/health/ready',
    '/oauth2/.well-known/openid-configuration',
    '/oauth2/session/end',
  ])('names %s', (path) => {
    expect(bannerOf(facts)).toMatch(new RegExp(`${facts.publicUrl}${path}$`, 'm'));
  });

  describe('when its commands are pasted into bash', () => {
    const calls = paste(bannerOf(facts));
    const call = (index: number): string[] => calls[index] ?? [];

    it('lists the clients as admin', () => {
      expect(call(0)).toEqual(expect.arrayContaining(['Authorization: Bearer admin.token-_', clients]));
    });

    it('changes the web client as admin', () => {
      expect(call(1)).toEqual(
        expect.arrayContaining([
          'PATCH',
          'Authorization: Bearer admin.token-_',
          '{"description":"Changed from my terminal"}',
          web,
        ]),
      );
    });

    it('tries to change its grant types', () => {
      expect(call(2)).toEqual(
        expect.arrayContaining(['PATCH', '{"grant_types":["client_credentials"]}', web]),
      );
    });

    it('tries to change it as viewer', () => {
      expect(call(3)).toEqual(expect.arrayContaining(['PATCH', 'Authorization: Bearer viewer.token-_', web]));
    });

    it('gives the machine client a secret and gets a token with just that', () => {
      expect(call(4)).toEqual(
        expect.arrayContaining(['POST', `${clients}/${DEMO_MACHINE_CLIENT.id}/secrets`]),
      );
      expect(call(5)).toEqual(
        expect.arrayContaining([`${DEMO_MACHINE_CLIENT.clientId}:ocs_new-secret`, tokenEndpoint]),
      );
    });

    it('makes no other call', () => {
      expect(calls.filter(({ length }) => length > 0)).toHaveLength(7);
    });

    it('gets a token for the platform', () => {
      expect(call(6)).toEqual(
        expect.arrayContaining([
          `${PLATFORM_CLIENT_ID}:ocs_platform-secret_0`,
          'grant_type=client_credentials',
          tokenEndpoint,
        ]),
      );
    });
  });

  describe('when the comment on fresh tokens is pasted into bash', () => {
    /** Stands in for npm: says what it was asked for, and with which settings. */
    const NPM = `npm() { printf '%s\\n' "$*" "\${PUBLIC_URL-unset}" "\${DATA_DIR-unset}" "\${AUTH_AUDIENCE-unset}"; }`;
    const ask = (settings: Partial<IntroductionFacts>): string[] => {
      const line = /^# .* directory: (ADMIN=.*)$/m.exec(bannerOf({ ...facts, ...settings }))?.[1] ?? '';
      const script = `unset PUBLIC_URL DATA_DIR AUTH_AUDIENCE\n${NPM}\n${line}\nprintf %s "$ADMIN"`;
      const [command, ...values] = execFileSync('bash', ['--norc', '-eu', '-c', script], {
        encoding: 'utf8',
      }).split('\n');
      expect(command).toBe('run --silent demo:token -- admin');
      return values;
    };
    const NOTHING = {
      publicUrl: 'http://localhost:3000',
      dataDirectory: '.data',
      audience: 'oauth-client-registry',
    };

    it('needs no setting where nothing is set', () => {
      expect(ask(NOTHING)).toEqual(['unset', 'unset', 'unset']);
    });

    it.each([
      ['PUBLIC_URL', { publicUrl: 'http://localhost:8080' }, ['http://localhost:8080', 'unset', 'unset']],
      ['DATA_DIR', { dataDirectory: '/srv/registry' }, ['unset', '/srv/registry', 'unset']],
      ['AUTH_AUDIENCE', { audience: 'registry-api' }, ['unset', 'unset', 'registry-api']],
    ])('names %s where it is set', (_, settings, values) => {
      expect(ask({ ...NOTHING, ...settings })).toEqual(values);
    });

    it.each([`Ada's "data" dir`, '$(exit 1)`exit 1`', String.raw`\a\'b`, ') # !!', '~/data;*'])(
      'leaves %s as it is',
      (text) => {
        expect(ask({ dataDirectory: text, audience: text })).toEqual([facts.publicUrl, text, text]);
      },
    );
  });

  it('shows no example that cannot work when the demo clients are gone', () => {
    const banner = bannerOf({ ...facts, demo: null });

    expect(banner).not.toMatch(/ADMIN|VIEWER|null/);
    expect(banner).toContain(PLATFORM_CLIENT_ID);
  });
});
