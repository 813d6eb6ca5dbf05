import { runSuites } from './suites.js';

runSuites('provisioning');
