import { runSuites } from './suites.js';

runSuites('access');
