// The first import silences a warning that the second one prints: modules are evaluated in the order of their imports.
import { endQuietImport } from './quiet-import.js';
import Provider, { errors, interactionPolicy } from 'oidc-provider';

endQuietImport();

export { errors, interactionPolicy, Provider };
export type KoaMiddleware = Parameters<Provider['use']>[0];
export type Context = Parameters<KoaMiddleware>[0];
