import { runSuites } from './suites.js';

runSuites('authorization-server');
