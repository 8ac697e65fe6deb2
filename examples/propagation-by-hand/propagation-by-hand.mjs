// Starts the backend as a process of its own, then calls it from this one. Both print their half of one trace.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { callBackend, sdk } from './frontend.mjs';

const backend = fork(new URL('backend.mjs', import.meta.url), { stdio: 'inherit' });
const [port] = await once(backend, 'message');

console.log(`The backend answered: ${await callBackend(`http://localhost:${port}/greeting`)}`);

await sdk.shutdown();
backend.send('stop');
await once(backend, 'exit');
