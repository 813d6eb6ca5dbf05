import { runSuites } from './suites.js';

runSuites('database');
