import { embedded } from './embedded-server.js';
import type { ServerKind } from './flow-server.js';
import type { HydraKind } from './hydra-server.js';
import { hydraStandIn } from './hydra-stand-in.js';
import { realHydra } from './real-hydra.js';

const real = realHydra();

/** Every Hydra there is to try: a real one, where the environment names it, or a stand-in. */
export const HYDRAS: readonly HydraKind[] = [real ?? hydraStandIn];

/** Every authorization server there is to try. A real Hydra is tried alone: it takes fixed ports. */
export const SERVERS: readonly ServerKind[] = real ? [real] : [embedded, hydraStandIn];
