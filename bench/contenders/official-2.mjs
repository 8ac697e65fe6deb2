/** Official SDK 2.12.1. */

import { officialContender } from './official.mjs';
import modules from './official-2/modules.cjs';

export const contender = {
  ...officialContender(modules),
  startProgram: 'official-2/start.cjs',
  registerFlags: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
  registerFolder: 'official-2-auto',
  /** Loaded by the cases that need them. */
  zipkinEncoder: async () => (await import('./official-2/exporters.cjs')).default.zipkinEncoder(),
  thriftEncoder: async () => (await import('./official-2/exporters.cjs')).default.thriftEncoder(),
};
