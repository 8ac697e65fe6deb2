import { tryEveryWay } from './table.mjs';

tryEveryWay(26, 'mjs');
