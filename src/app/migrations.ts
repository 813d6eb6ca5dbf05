import { CreateRegistry1795392000000 } from '../../migrations/1795392000000-create-registry.js';
import { CreateAuthorizationServerArtifacts1795478400000 } from '../../migrations/1795478400000-create-authorization-server-artifacts.js';
import { PrepareSync1795564800000 } from '../../migrations/1795564800000-prepare-sync.js';
import { NoteDrift1795651200000 } from '../../migrations/1795651200000-note-drift.js';

/** In the order they run. A test compares this list with the folder. */
export const MIGRATIONS = [
  CreateRegistry1795392000000,
  CreateAuthorizationServerArtifacts1795478400000,
  PrepareSync1795564800000,
  NoteDrift1795651200000,
];
