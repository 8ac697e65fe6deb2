import { tryEveryWay } from './table.mjs';

tryEveryWay(20, 'mjs');
