import type { AppOptions } from '../../../src/app/create-app.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { HOOK_SECRET, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

export interface GateOptions extends AppOptions {
  /** Settings beside those of a gate that is on. */
  readonly settings?: Record<string, string>;
  /** Hydra's public address; that of a stand-in unless given. */
  readonly hydraUrl?: string;
}

/** A Hydra with a registry before its token endpoint. */
export class Gate {
  private constructor(
    readonly hydra: HydraStandIn,
    readonly registry: TestRegistry,
    readonly tenant: TestTenant,
    private readonly settings: Record<string, string>,
  ) {}

  static async start({ settings = {}, hydraUrl, ...options }: GateOptions = {}): Promise<Gate> {
    const hydra = await HydraStandIn.start();
    const all = {
      ...hydraSettings(hydra.adminUrl),
      HYDRA_PUBLIC_URL: hydraUrl ?? hydra.publicUrl,
      TOKEN_GATE: 'enabled',
      ...settings,
    };
    const registry = await TestRegistry.start(all, options);
    const gate = new Gate(hydra, registry, await registry.tenant(), all);
    gate.hookTo(registry);
    return gate;
  }

  /** Another process of the same registry, perhaps with other settings. */
  another(settings: Record<string, string> = {}, options?: AppOptions): Promise<TestRegistry> {
    const { databaseUrl } = this.registry;
    return TestRegistry.start({ ...this.settings, DATABASE_URL: databaseUrl, ...settings }, options);
  }

  /** Lets Hydra ask this process before it issues a token. */
  hookTo({ url }: TestRegistry): void {
    this.hydra.config.tokenHook = {
      url: `${url}/hooks/hydra/token`,
      authorization: `Bearer ${HOOK_SECRET}`,
    };
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await this.hydra.stop();
  }
}

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Asks for a token for the client itself, unless the form says for another. @returns `200`, or the status and the error */
export async function askForToken(
  { url }: Pick<TestRegistry, 'url'>,
  { client_id: id }: Pick<OAuthClientDto, 'client_id'>,
  secret: unknown,
  form: Record<string, string> = { grant_type: 'client_credentials' },
): Promise<string> {
  const answer = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: basic(id, String(secret)) },
    body: new URLSearchParams(form),
  });
  const { error } = (await answer.json()) as { error?: string };
  return error === undefined ? String(answer.status) : `${answer.status} ${error}`;
}

/** Asks again and again, so many at a time, until it is told to stop. @returns every answer but a token */
export function askUnderLoad(
  ask: () => Promise<string>,
  { width }: { width: number },
): { readonly asked: () => number; stop: () => Promise<string[]> } {
  let isOver = false;
  let asked = 0;
  const refused: string[] = [];
  const workers = Array.from({ length: width }, async () => {
    while (!isOver) {
      const answer = await ask();
      asked += 1;
      if (answer !== '200') refused.push(answer);
    }
  });
  return {
    asked: () => asked,
    stop: async () => {
      isOver = true;
      await Promise.all(workers);
      return refused;
    },
  };
}
