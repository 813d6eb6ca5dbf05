import { GateClients } from './gate-clients.js';
import { GateEndpoints } from './gate-endpoints.js';
import { GateMetrics } from './gate-metrics.js';
import { GateNotes } from './gate-notes.js';
import { HydraPublicApi } from './hydra-public-api.js';
import { NewForms } from './new-forms.js';
import { PresentedSecret } from './presented-secret.js';
import { SlowHash } from './slow-hash.js';
import { TokenGate } from './token-gate.js';
import { WrongSecrets } from './wrong-secrets.js';

/** All that the token gate is made of. */
export const TOKEN_GATE = [
  GateClients,
  GateEndpoints,
  GateMetrics,
  GateNotes,
  HydraPublicApi,
  NewForms,
  PresentedSecret,
  SlowHash,
  TokenGate,
  WrongSecrets,
];
