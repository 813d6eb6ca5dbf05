import { runSuites } from './suites.js';

runSuites('oauth-clients');
