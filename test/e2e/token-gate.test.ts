import { runSuites } from './suites.js';

runSuites('token-gate');
