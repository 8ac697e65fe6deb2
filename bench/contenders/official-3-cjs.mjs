/** Official SDK 3.1.1, CommonJS build. */

import { officialContender } from './official.mjs';
import modules from './official-3/modules.cjs';

export const contender = {
  ...officialContender(modules),
  startProgram: 'official-3/start.cjs',
  registerFlags: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
  registerFolder: 'official-3-auto',
};
