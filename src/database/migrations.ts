import { CreateRegistry1795392000000 } from '../../migrations/1795392000000-create-registry.js';

/** In the order they run. A test compares this list with the folder. */
export const MIGRATIONS = [CreateRegistry1795392000000];
