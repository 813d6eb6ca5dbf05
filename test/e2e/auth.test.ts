import { runSuites } from './suites.js';

runSuites('auth');
