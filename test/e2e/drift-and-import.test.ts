import { runSuites } from './suites.js';

runSuites('drift-and-import');
