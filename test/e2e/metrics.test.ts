import { runSuites } from './suites.js';

runSuites('metrics');
