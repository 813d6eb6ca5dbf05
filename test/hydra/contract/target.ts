import { passOn } from '../../support/hydra/gateway.js';
import { Listener } from '../../support/hydra/http.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';

/** A Hydra to hold to the contract. */
export interface Target {
  readonly adminUrl: string;
  readonly publicUrl: string;
  stop(): Promise<void>;
}

export interface NamedTarget {
  readonly name: string;
  start(): Promise<Target>;
}

/** Where the hooks lead that `docker/hydra.yml` and `docker/nginx.conf` name. */
const HOOKS_PORT = 3000;

const standIn: NamedTarget = { name: 'the stand-in', start: () => HydraStandIn.start() };

/** The stand-in, and the real Hydra that the environment names, if any. */
export function targets(env: NodeJS.ProcessEnv = process.env): readonly NamedTarget[] {
  const { HYDRA_ADMIN_URL: adminUrl, HYDRA_PUBLIC_URL: publicUrl, HYDRA_DIRECT_URL: directUrl } = env;
  if (!adminUrl || !publicUrl || !directUrl) return [standIn];
  const start = () => realHydra({ adminUrl, publicUrl, directUrl });
  return [standIn, { name: `Hydra at ${adminUrl}`, start }];
}

interface RealHydra extends Omit<Target, 'stop'> {
  readonly directUrl: string;
}

/** A real Hydra issues no token while nobody answers its hook, nor where nobody stands for the token gate. */
async function realHydra({ adminUrl, publicUrl, directUrl }: RealHydra): Promise<Target> {
  const hooks = await Listener.start(
    (request) =>
      request.path.startsWith('/oauth2/') ? passOn(directUrl, request) : Promise.resolve({ status: 204 }),
    HOOKS_PORT,
  ).catch(unlessTaken);
  return { adminUrl, publicUrl, stop: async () => hooks?.down() };
}

/** Whoever has the port answers the hooks. */
function unlessTaken(error: NodeJS.ErrnoException): null {
  if (error.code === 'EADDRINUSE') return null;
  throw error;
}
