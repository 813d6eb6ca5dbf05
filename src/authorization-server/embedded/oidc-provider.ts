// The order is the point: modules are evaluated in the order of their imports.
import { endQuietImport } from './quiet-import.js';
import Provider, { errors } from 'oidc-provider';

endQuietImport();

export { errors, Provider };
