/**
 * A bed for tests of environment variables: starts the subject's whole SDK under given variables, in this process or in
 * one of its own, with a real receiver for what it sends. The official SDK is started by its NodeSDK.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { SdkOptions } from 'sonde/sdk';
import { api, resources, sdk, subject } from './subject.ts';

export type Variables = Readonly<Record<string, string>>;

/** One request that the receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An OTLP receiver: takes everything, or never answers when it hangs. */
export class Receiver {
  readonly requests: Received[] = [];
  /** How many requests the client gave up before they were answered. */
  abandoned = 0;
  url = '';
  #hangs = false;
  readonly #unanswered = new Set<ServerResponse>();
  readonly #server: Server = createServer((request, response) => {
    if (this.#hangs) {
      // Read, though: who does not read does not hear the other end go.
      request.resume();
      this.#unanswered.add(response);
      response.on('close', () => {
        if (this.#unanswered.delete(response)) this.abandoned++;
      });
      return;
    }
    void this.#take(request).then(() => response.end('{}'));
  });

  set hangs(hangs: boolean) {
    this.#hangs = hangs;
    // Whoever still waits must not come again in the middle of another test.
    for (const response of this.#unanswered) response.end('{}');
    this.#unanswered.clear();
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, 'localhost');
    await once(this.#server, 'listening');
    this.url = `http://localhost:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async #take(request: IncomingMessage): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A span as OTLP/JSON has it, as far as the tests look. */
export interface WireSpan {
  readonly name: string;
  readonly attributes?: { key: string; value: { stringValue?: string } }[];
  readonly events?: { attributes?: unknown[] }[];
  readonly links?: { attributes?: unknown[] }[];
}

interface WireRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}

function wireRequest(received: Received): WireRequest {
  const plain = received.headers['content-encoding'] === 'gzip' ? gunzipSync(received.body) : received.body;
  return JSON.parse(plain.toString('utf8'));
}

/** The spans of all requests, in the order of their names. */
export function spansOf(requests: readonly Received[]): WireSpan[] {
  const batches = requests.flatMap((request) => wireRequest(request).resourceSpans);
  const spans = batches.flatMap((batch) => batch.scopeSpans.flatMap((scope) => scope.spans));
  return spans.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text attributes of the first resource. */
export function resourceOf(requests: readonly Received[]): Record<string, string | undefined> {
  const first = requests[0];
  if (first === undefined) return {};
  const attributes = wireRequest(first).resourceSpans[0]?.resource.attributes ?? [];
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

/** A started SDK of either subject. */
export interface Running {
  flush(): Promise<void>;
  stop(): Promise<void>;
}

interface OfficialSdk {
  start(): void;
  shutdown(): Promise<void>;
}

/** A global provider of the official API: the SDK's own, or a proxy of it. */
interface Flushed {
  getDelegate?(): Flushed;
  _getDelegate?(): Flushed;
  forceFlush?(): Promise<void>;
}

function startOfficial(options: SdkOptions): Running {
  const require = createRequire(new URL('../../../../interop/official-3/package.json', import.meta.url));
  const { NodeSDK } = require('@opentelemetry/sdk-node') as { NodeSDK: new (options: object) => OfficialSdk };
  const running = new NodeSDK({ resourceDetectors: [resources.envDetector], ...options });
  running.start();
  // The NodeSDK has no flush; the providers that it made have.
  const providers = [
    api.trace.getTracerProvider(),
    api.metrics.getMeterProvider(),
    api.logs.getLoggerProvider(),
  ];
  return {
    flush: async () => {
      for (const provider of providers as Flushed[])
        await (provider._getDelegate?.() ?? provider.getDelegate?.() ?? provider).forceFlush?.();
    },
    stop: () => running.shutdown(),
  };
}

function startSonde(options: SdkOptions): Running {
  const running = sdk.startSdk({ autoDetectResources: false, exitHandlers: false, ...options });
  return {
    flush: () => running.forceFlush({ timeoutMillis: 2_000 }),
    stop: () => running.shutdown({ timeoutMillis: 200 }),
  };
}

/** What was said through the API's diagnostics while the SDK ran. */
export interface Heard {
  readonly said: readonly string[];
}

/**
 * Runs `work` with the subject's SDK started under these variables and no others, and takes everything down again. What
 * goes wrong while it is taken down (a receiver that is not there) is no failure of the test.
 */
export async function withSdk<T>(
  variables: Variables,
  options: SdkOptions,
  work: (running: Running) => Promise<T>,
): Promise<T & Heard> {
  const said: string[] = [];
  const log = (message: string, ...rest: unknown[]): void => {
    said.push([message, ...rest].join(' '));
  };
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, variables);
  api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
  const running = subject.name === 'official' ? startOfficial(options) : startSonde(options);
  try {
    return { ...(await work(running)), said };
  } finally {
    await running.stop().catch(() => {});
    for (const name of Object.keys(variables)) delete process.env[name];
    api.diag.disable();
    api.trace.disable();
    api.logs.disable();
    api.metrics.disable();
    api.context.disable();
    api.propagation.disable();
  }
}

/** The end of a program that ran in a process of its own. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the text as a module that may import the subject's entries, under these variables and no other OTEL_* ones. */
export async function runAlone(program: string, variables: Variables): Promise<Ended> {
  if (subject.name === 'official')
    throw new Error('The program imports sonde: there is no such for the official SDK');
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  await once(child, 'close');
  return output;
}
