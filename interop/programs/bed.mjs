/** An application folder with the tarball, the packages of this suite and its programs; what customers ask them for. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackage } from '../support/packed-package.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** `{ folder, remove() }` */
export function installPrograms() {
  const application = installPackage();
  cpSync(join(here, 'node_modules'), join(application.folder, 'node_modules'), { recursive: true });
  cpSync(join(here, 'applications'), application.folder, { recursive: true });
  return application;
}

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const CALLER = 'b7ad6b7169203331';

/** What all the programs answer, in the same way. */
export async function beCustomer(url) {
  const ask = async (path, options) => {
    const response = await fetch(url + path, options);
    return [response.status, await response.json()];
  };
  const traceparent = `00-${TRACE}-${CALLER}-01`;
  const body = JSON.stringify({ item: 'tea' });
  const headers = { 'content-type': 'application/json' };
  return [
    await ask('/orders/42', { headers: { traceparent } }),
    await ask('/orders', { method: 'POST', headers, body }),
    await ask('/broken'),
  ];
}

export const ANSWERS = [
  [200, { id: '42' }],
  [201, { item: 'tea', left: 3 }],
  [500, { error: 'the handler threw' }],
];
