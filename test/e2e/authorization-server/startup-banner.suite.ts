import { execFileSync } from 'node:child_process';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_WEB_CLIENT,
  PLATFORM_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import { startupBanner } from '../../../src/app/startup-banner.js';
import { demoIntroduction, type IntroductionFacts } from '../../../src/embedded-server/demo/introduction.js';

const facts: IntroductionFacts = {
  publicUrl: 'https://registry.example:8443',
  dataDirectory: '.data',
  platformSecret: 'ocs_platform-secret_0',
  demo: {
    adminToken: 'admin.token-_',
    viewerToken: 'viewer.token-_',
    webClient: true,
    machineClient: true,
  },
};

const bannerOf = (told: IntroductionFacts): string => startupBanner(told, demoIntroduction(told));

/** Stands in for the service: notes the arguments of every call, one to a line, and answers with a new secret. */
const STUBS = `
  curl() { printf '%s\\n' "$@" >&3; echo --- >&3; echo '{"id":"1","client_id":"new-id","project_id":"2","client_secret":"ocs_new-secret","sync_problem":null}'; }
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
  ])('the banner at the start names %s', (path) => {
    expect(bannerOf(facts)).toMatch(new RegExp(`${facts.publicUrl}${path}$`, 'm'));
  });

  describe('when its commands are pasted into bash', () => {
    const calls = paste(bannerOf(facts));
    const call = (index: number): string[] => calls[index] ?? [];

    it('a command of the startup banner lists the clients as admin', () => {
      expect(call(0)).toEqual(expect.arrayContaining(['Authorization: Bearer admin.token-_', clients]));
    });

    it('a command of the startup banner changes the web client as admin', () => {
      expect(call(1)).toEqual(
        expect.arrayContaining([
          'PATCH',
          'Authorization: Bearer admin.token-_',
          '{"description":"Changed from my terminal"}',
          web,
        ]),
      );
    });

    it('a command of the startup banner tries to change the grant types of the web client', () => {
      expect(call(2)).toEqual(
        expect.arrayContaining(['PATCH', '{"grant_types":["client_credentials"]}', web]),
      );
    });

    it('a command of the startup banner tries to change the web client as viewer', () => {
      expect(call(3)).toEqual(expect.arrayContaining(['PATCH', 'Authorization: Bearer viewer.token-_', web]));
    });

    it('the commands of the startup banner give the machine client a secret and get a token with just that', () => {
      expect(call(4)).toEqual(
        expect.arrayContaining(['POST', `${clients}/${DEMO_MACHINE_CLIENT.id}/secrets`]),
      );
      expect(call(5)).toEqual(
        expect.arrayContaining([`${DEMO_MACHINE_CLIENT.clientId}:ocs_new-secret`, tokenEndpoint]),
      );
    });

    it('the commands of the startup banner make no other call than these seven', () => {
      expect(calls.filter(({ length }) => length > 0)).toHaveLength(7);
    });

    it('a command of the startup banner gets a token for the platform', () => {
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
    const NPM = `npm() { printf '%s\\n' "$*" "\${DATA_DIR-unset}"; }`;
    const ask = (settings: Partial<IntroductionFacts>): string | undefined => {
      const line = /^# .* directory: (ADMIN=.*)$/m.exec(bannerOf({ ...facts, ...settings }))?.[1] ?? '';
      const script = `unset DATA_DIR\n${NPM}\n${line}\nprintf %s "$ADMIN"`;
      const [command, directory] = execFileSync('bash', ['--norc', '-eu', '-c', script], {
        encoding: 'utf8',
      }).split('\n');
      expect(command).toBe('run --silent demo:token -- admin');
      return directory;
    };

    it('the command for fresh tokens needs no setting, whatever PUBLIC_URL is: the service leaves that in its directory', () => {
      expect(ask({})).toBe('unset');
    });

    it('the command for fresh tokens names DATA_DIR where it is set', () => {
      expect(ask({ dataDirectory: '/srv/registry' })).toBe('/srv/registry');
    });

    it.each([`Ada's "data" dir`, '$(exit 1)`exit 1`', String.raw`\a\'b`, ') # !!', '~/data;*'])(
      'the command for fresh tokens leaves the DATA_DIR %s as it is',
      (text) => {
        expect(ask({ dataDirectory: text })).toBe(text);
      },
    );
  });

  describe('when the demo clients have been deleted, and its commands are pasted into bash', () => {
    const demo = facts.demo && { ...facts.demo, webClient: false, machineClient: false };
    const calls = paste(bannerOf({ ...facts, demo }));

    it('the banner without demo clients makes another web client and changes that one', () => {
      const created = JSON.parse(calls[0]?.[calls[0].indexOf('-d') + 1] ?? '') as object;
      expect(created).toMatchObject({ grant_types: ['authorization_code', 'refresh_token'] });
      expect(calls[0]?.at(-1)).toBe(clients);
      expect(calls[2]).toEqual(expect.arrayContaining(['PATCH', `${clients}/1`]));
    });

    it('the banner without demo clients makes another machine client and gets a token with its secret', () => {
      expect(calls[5]).toEqual(expect.arrayContaining(['POST', clients]));
      expect(calls[6]).toEqual(expect.arrayContaining(['new-id:ocs_new-secret', tokenEndpoint]));
    });

    it('the banner without demo clients names neither of the deleted ones', () => {
      const banner = bannerOf({ ...facts, demo });
      for (const { id, clientId } of [DEMO_WEB_CLIENT, DEMO_MACHINE_CLIENT]) {
        expect([banner.includes(id), banner.includes(clientId)]).toEqual([false, false]);
      }
    });
  });

  it('the startup banner shows no example that cannot work when the demo project is gone', () => {
    const banner = bannerOf({ ...facts, demo: null });

    expect(banner).not.toMatch(/ADMIN|VIEWER|null/);
    expect(banner).toContain(PLATFORM_CLIENT_ID);
  });
});
