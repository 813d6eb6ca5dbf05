import { connect, createServer, type Socket } from 'node:net';
import { Listener } from '../../support/hydra/http.js';
import { LoginConsentApp } from '../../support/hydra/login-consent-app.js';
import { HYDRA } from './dialect.js';
import { HydraServer, type HydraKind, type RunningHydra } from './hydra-server.js';

/** The ports, and the hook's secret, that the files in `docker/` name. */
const REGISTRY_PORT = 3000;
const PAGES_PORT = 3001;
const HOOK_SECRET = 'for-trying-only-hook-secret';

/** Null unless the environment says where a real Hydra runs, behind its gates and without them. */
export function realHydra(env: NodeJS.ProcessEnv = process.env): HydraKind | null {
  const { HYDRA_ADMIN_URL: adminUrl, HYDRA_PUBLIC_URL: publicUrl, HYDRA_DIRECT_URL: directUrl } = env;
  if (!adminUrl || !publicUrl || !directUrl) return null;
  return {
    name: 'a real Hydra',
    dialect: HYDRA,
    start: async () => HydraServer.start(await use({ adminUrl, publicUrl, directUrl }, env)),
  };
}

async function use(
  { adminUrl, publicUrl, directUrl }: Record<'adminUrl' | 'publicUrl' | 'directUrl', string>,
  env: NodeJS.ProcessEnv,
): Promise<RunningHydra> {
  const discovery = await fetch(`${publicUrl}/.well-known/openid-configuration`);
  const { issuer } = (await discovery.json()) as { issuer: string };
  const hook = await Listener.start(() => Promise.resolve({ status: 204 }), REGISTRY_PORT);
  const pages = await LoginConsentApp.start({ adminUrl: () => adminUrl, port: PAGES_PORT }).catch(
    async (error: unknown) => {
      await hook.down();
      throw error;
    },
  );
  let door: Door | undefined;
  return {
    adminUrl,
    issuer,
    ungatedUrl: directUrl,
    pagesUrl: `http://localhost:${PAGES_PORT}/`,
    hookSecret: env['HOOK_SECRET'] ?? HOOK_SECRET,
    attach: async ({ url }) => {
      await Promise.all([hook.down(), door?.shut()]);
      door = await leadTo(Number(new URL(url).port));
    },
    stop: async () => {
      await Promise.all([pages.stop(), hook.down(), door?.shut()]);
    },
  };
}

interface Door {
  /** Connections that are kept open end too. */
  shut(): Promise<void>;
}

/** Hydra and its proxy look for the registry at a port of their own. */
async function leadTo(port: number): Promise<Door> {
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    const inside = connect(port, '127.0.0.1');
    socket.pipe(inside).pipe(socket);
    for (const [end, other] of [
      [socket, inside],
      [inside, socket],
    ] as const)
      end.on('error', () => undefined).on('close', () => other.destroy());
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject).listen(REGISTRY_PORT, '127.0.0.1', resolve);
  });
  const shut = () =>
    new Promise<void>((resolve) => {
      door.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { shut };
}
