import { runSuites } from './suites.js';

runSuites('hydra');
