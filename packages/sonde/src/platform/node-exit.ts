/**
 * The last sender: delivers requests while the main thread blocks, because after the `exit` event no asynchronous work
 * runs. A worker does the HTTP; the main thread waits in Atomics.wait with a deadline (25-40 ms with a receiver on the
 * same host, worker start included; proven on Node 20 to 26 for natural ends, process.exit, throws and rejections).
 *
 *   shared memory:  [ finished | status, bodyLength, typeLength per request | answers … | request bodies … ]
 */

import { messageOf } from '../internal/shown.ts';
import type { ExitAnswer, ExitRequest } from './exit-request.ts';
import { WORKER_CONNECTIONS, WORKER_DATAGRAM, WORKER_GRPC } from './node-exit-worker.ts';
import { process } from './node-process.ts';

/** How much of an answer is kept: a partial success or an error message, not a page. */
const ANSWER_BYTES = 4096;

/** Characters of the answer's content type that are kept, in the same region. */
const TYPE_BYTES = 64;

/** 32-bit words per request in the head of the shared memory. */
const WORDS = 3;

/** Requests running at the same time: enough to hide a round trip, few enough for any receiver. */
const CONCURRENCY = 16;

/** Statuses below zero say why there is no answer. */
const FAILED_CONNECTION = -1;

/** What the worker writes as the content type of an answer in gRPC, whose body is then JSON. */
const GRPC_ANSWER = 'grpc';

const UNAVAILABLE: ExitAnswer = {
  status: 0,
  contentType: '',
  body: new Uint8Array(0),
  failure: 'unavailable',
};

/**
 * Sends all requests and returns their answers in the same order, after at most `timeoutMillis`. Never throws. Blocks.
 */
export function sendBlocking(requests: readonly ExitRequest[], timeoutMillis: number): ExitAnswer[] {
  if (requests.length === 0) return [];
  if (timeoutMillis <= 0) return requests.map(() => ({ ...UNAVAILABLE, failure: 'timeout' }));
  const deadline = performance.now() + timeoutMillis;
  let memory: SharedMemory;
  try {
    memory = new SharedMemory(requests);
    startWorker(requests, memory, timeoutMillis);
  } catch (error) {
    // ERR_ACCESS_DENIED under --permission without --allow-worker; a RangeError where there is no memory left.
    const why = messageOf(error);
    const needs =
      (error as { code?: string }).code === 'ERR_ACCESS_DENIED' ? '; --allow-worker allows one' : '';
    const message = `no worker thread could be started: ${why.replace(/\.$/, '')}${needs}`;
    return requests.map(() => ({ ...UNAVAILABLE, message }));
  }
  for (;;) {
    const finished = Atomics.load(memory.head, 0);
    const left = deadline - performance.now();
    if (finished === requests.length || left <= 0) break;
    Atomics.wait(memory.head, 0, finished, left);
  }
  return requests.map((_, index) => memory.answer(index));
}

class SharedMemory {
  readonly buffer: SharedArrayBuffer;
  readonly head: Int32Array;
  readonly answersAt: number;
  readonly bodiesAt: number;

  constructor(requests: readonly ExitRequest[]) {
    const count = requests.length;
    this.answersAt = 4 * (1 + WORDS * count);
    this.bodiesAt = this.answersAt + count * (ANSWER_BYTES + TYPE_BYTES);
    const size = requests.reduce((sum, request) => sum + request.byteLength, this.bodiesAt);
    this.buffer = new SharedArrayBuffer(size);
    this.head = new Int32Array(this.buffer, 0, 1 + WORDS * count);
    const bytes = new Uint8Array(this.buffer);
    let position = this.bodiesAt;
    for (const request of requests) {
      for (const piece of request.body) {
        bytes.set(piece, position);
        position += piece.byteLength;
      }
    }
  }

  answer(index: number): ExitAnswer {
    const at = 1 + WORDS * index;
    const status = Atomics.load(this.head, at);
    const start = this.answersAt + index * (ANSWER_BYTES + TYPE_BYTES);
    const region = new Uint8Array(this.buffer, start, ANSWER_BYTES + TYPE_BYTES).slice();
    const body = region.subarray(0, this.head[at + 1]!);
    if (status > 0) {
      const contentType = new TextDecoder().decode(
        region.subarray(ANSWER_BYTES, ANSWER_BYTES + this.head[at + 2]!),
      );
      return contentType === GRPC_ANSWER ? grpcAnswer(status, body) : { status, contentType, body };
    }
    const failure = status === FAILED_CONNECTION ? 'connection' : 'timeout';
    return {
      status: 0,
      contentType: '',
      body: body.subarray(0, 0),
      failure,
      message: new TextDecoder().decode(body),
    };
  }
}

/** The worker has cut the parts so that they fit; what is no JSON all the same says nothing. */
function grpcAnswer(httpStatus: number, json: Uint8Array): ExitAnswer {
  try {
    const { contentType, status, message, body } = JSON.parse(new TextDecoder().decode(json));
    const bytes = Buffer.from(body, 'base64');
    return { status: httpStatus, contentType, body: bytes, grpc: { status, message } };
  } catch {
    return { status: httpStatus, contentType: '', body: new Uint8Array(0) };
  }
}

function startWorker(requests: readonly ExitRequest[], memory: SharedMemory, timeoutMillis: number): void {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  let at = memory.bodiesAt;
  const described = requests.map(({ body: _, agentOptions, ...request }) => {
    at += request.byteLength;
    return { ...request, bodyAt: at - request.byteLength, agentOptions: cloneable(agentOptions) };
  });
  const { buffer, answersAt } = memory;
  const worker = new Worker(WORKER_SOURCE, {
    eval: true,
    // The flags and variables of the application would instrument this thread too.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
    workerData: {
      requests: described,
      buffer,
      answersAt,
      timeoutMillis,
      answerBytes: ANSWER_BYTES,
      typeBytes: TYPE_BYTES,
      words: WORDS,
      concurrency: CONCURRENCY,
    },
  });
  worker.on('error', () => {});
  worker.unref();
}

/** The options that can cross to another thread; certificates and keys are strings or bytes and do. */
function cloneable(
  options: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> | undefined {
  if (options === undefined) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (isCloneable(value)) kept[name] = value;
  }
  return kept;
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Runs as CommonJS in a thread of its own, so it may use nothing of this module. */
const WORKER_SOURCE = `
const { workerData: d } = require('node:worker_threads');
const head = new Int32Array(d.buffer, 0, 1 + d.words * d.requests.length);
let next = 0;
${WORKER_CONNECTIONS}
${WORKER_GRPC}
${WORKER_DATAGRAM}
const agents = new Map();

function agentFor(r, secure) {
  const key = secure + JSON.stringify([r.agentOptions, r.proxy]);
  let agent = agents.get(key);
  if (agent === undefined) {
    const { Agent } = require(secure ? 'node:https' : 'node:http');
    agent = new Agent({ ...r.agentOptions, keepAlive: true, maxSockets: d.concurrency });
    if (secure && r.proxy !== undefined) {
      const connectTls = agent.createConnection;
      agent.createConnection = (options, callback) => {
        tunnel(r.proxy, options.host, options.port, (error, socket) => {
          if (error) callback(error);
          else callback(null, connectTls.call(agent, { ...options, socket }));
        });
      };
    }
    agents.set(key, agent);
  }
  return agent;
}

function sendHttp(r, body, done, fail) {
  const url = new URL(r.url);
  const secure = url.protocol === 'https:';
  const headers = { ...r.headers, 'Content-Length': r.byteLength };
  let options = { agent: agentFor(r, secure) };
  let makeRequest = require(secure ? 'node:https' : 'node:http').request;
  if (r.proxy !== undefined && !secure) {
    headers.Host = url.host;
    if (r.proxy.authorization !== undefined) headers['Proxy-Authorization'] = r.proxy.authorization;
    makeRequest = require(r.proxy.secure ? 'node:https' : 'node:http').request;
    options = { agent: agentFor({}, r.proxy.secure), host: r.proxy.host, port: r.proxy.port, path: r.url };
    if (r.proxy.secure) options.servername = require('node:net').isIP(r.proxy.host) ? '' : r.proxy.host;
  } else {
    options.host = url.hostname.replace(/^\\[(.*)\\]$/, '$1');
    options.port = url.port || (secure ? 443 : 80);
    options.path = url.pathname + url.search;
  }
  const request = makeRequest({ ...options, method: 'POST', headers });
  request.on('error', fail);
  request.on('response', (response) => {
    const chunks = [];
    let size = 0;
    response.on('data', (chunk) => {
      if (size < d.answerBytes) chunks.push(chunk);
      size += chunk.length;
    });
    const end = () => done(response.statusCode, Buffer.concat(chunks), response.headers['content-type'] || '');
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
  request.end(body);
}

function finish(index, status, body, type) {
  const at = 1 + d.words * index;
  const start = d.answersAt + index * (d.answerBytes + d.typeBytes);
  const kept = body.subarray(0, d.answerBytes);
  new Uint8Array(d.buffer, start, kept.length).set(kept);
  const name = Buffer.from(type).subarray(0, d.typeBytes);
  new Uint8Array(d.buffer, start + d.answerBytes, name.length).set(name);
  head[at + 1] = kept.length;
  head[at + 2] = name.length;
  Atomics.store(head, at, status);
  Atomics.add(head, 0, 1);
  Atomics.notify(head, 0);
  run();
}

function send(index) {
  const r = d.requests[index];
  let open = true;
  const done = (status, body, type) => {
    if (!open) return;
    open = false;
    finish(index, status, body, type);
  };
  const fail = (error) => done(-1, Buffer.from(String(error && (error.code || error.message))), '');
  try {
    const body = Buffer.from(d.buffer, r.bodyAt, r.byteLength);
    if (r.url.startsWith('udp:')) sendDatagram(r, body, done, fail);
    else if (r.grpc === undefined) sendHttp(r, body, done, fail);
    else sendGrpc(r, body, done, fail);
  } catch (error) {
    fail(error);
  }
}

function run() {
  if (next < d.requests.length) send(next++);
}
setTimeout(() => process.exit(), d.timeoutMillis).unref();
for (let started = 0; started < d.concurrency; started++) run();
`;
