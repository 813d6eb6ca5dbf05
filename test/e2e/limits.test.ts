import { runSuites } from './suites.js';

runSuites('limits');
