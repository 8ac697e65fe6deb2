/**
 * HttpInstrumentation: node:http and node:https, servers and clients, under the name and options of the official one.
 *
 * node:http is fetched as a built-in: an ESM import of it fires lazy getters that cost 17 MB and 26 ms (Node 24, 26).
 * node:https is not loaded (12 ms, 4 MB on Node 24 and 26): its servers inherit from net.Server, where ours stands, and
 * its requests are announced on the same channel as those of http. Node 20 has no such channel; there the functions of
 * both modules are replaced (3 ms, 1 MB).
 */
import type { ClientRequest } from 'node:http';
import type { MeterProviderLike } from '../../api/metrics/meter.ts';
import type { TracerProviderLike } from '../../api/trace/tracer.ts';
import { InstrumentationBase } from '../instrumentation.ts';
import { HttpClientMetrics } from '../shared/http-client-metrics.ts';
import { onClientRequest, patchClientRequest } from './client.ts';
import { patchIncomingMessage } from './emitter.ts';
import type { HttpHome } from './home.ts';
import { type HttpInstrumentationConfig, resolveHttpConfig } from './options.ts';
import { patchServer, patchServerResponse } from './server.ts';
import { HttpServerMetrics } from './server-metrics.ts';

type Http = typeof import('node:http');
type Https = typeof import('node:https');
type RequestFunction = (...args: unknown[]) => ClientRequest;

/** The version of the package, which is that of its instrumentations. */
const VERSION = '0.1.0';

/** Spans for HTTP servers and clients of Node's own modules `http` and `https`. Enabled when made, unless told otherwise. */
export class HttpInstrumentation extends InstrumentationBase<HttpInstrumentationConfig> {
  readonly #home: HttpHome;
  #undo: (() => void)[] = [];

  constructor(config: HttpInstrumentationConfig = {}) {
    super('sonde/http', VERSION, config);
    this.#home = {
      isOn: false,
      tracer: this.tracer,
      config: resolveHttpConfig(config),
      serverMetrics: new HttpServerMetrics(this.meter),
      clientMetrics: new HttpClientMetrics(this.meter),
    };
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: HttpInstrumentationConfig): void {
    super.setConfig(config);
    this.#home.config = resolveHttpConfig(config);
  }

  override setTracerProvider(tracerProvider: TracerProviderLike): void {
    super.setTracerProvider(tracerProvider);
    this.#home.tracer = this.tracer;
  }

  override setMeterProvider(meterProvider: MeterProviderLike): void {
    super.setMeterProvider(meterProvider);
    this.#home.serverMetrics = new HttpServerMetrics(this.meter);
    this.#home.clientMetrics = new HttpClientMetrics(this.meter);
  }

  protected override patch(): void {
    const http = process.getBuiltinModule('node:http') as Http;
    const net = process.getBuiltinModule('node:net');
    const home = this.#home;
    home.isOn = true;
    this.#undo = [
      patchServer(net.Server.prototype, http.ServerResponse as never, home),
      // Somebody's emit stands before that of net.Server, and need not call it.
      ...(Object.hasOwn(http.Server.prototype, 'emit')
        ? [patchServer(http.Server.prototype, http.ServerResponse as never, home)]
        : []),
      patchIncomingMessage(http.IncomingMessage.prototype),
      patchServerResponse(http.ServerResponse as never),
      patchClientRequest(http.ClientRequest as never),
      ...(announcesRequests() ? [subscribeToRequests(home)] : replaceFunctions(http, home)),
    ].reverse();
  }

  protected override unpatch(): void {
    this.#home.isOn = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}

/** Whether this Node publishes http.client.request.created: since 22.12, which is the first 22 that we support. */
function announcesRequests(): boolean {
  return Number.parseInt(process.versions.node, 10) >= 22;
}

function subscribeToRequests(home: HttpHome): () => void {
  const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
  const listener = (message: unknown): void =>
    onClientRequest((message as { readonly request: ClientRequest }).request, home);
  subscribe('http.client.request.created', listener);
  return () => void unsubscribe('http.client.request.created', listener);
}

function replaceFunctions(http: Http, home: HttpHome): (() => void)[] {
  const https = process.getBuiltinModule('node:https') as Https;
  const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');
  const undo = [patchFunctions(http as never, home), patchFunctions(https as never, home)];
  syncBuiltinESMExports();
  // Undone last to first: the exports are brought in line when all is as it was.
  return [syncBuiltinESMExports, ...undo];
}

/**
 * Replaces `request` and `get`. `get` ends the request before it returns, after which no header can be added, so ours
 * makes the request, then ends it.
 */
function patchFunctions(module: Record<'request' | 'get', RequestFunction>, home: HttpHome): () => void {
  const { request, get } = module;
  const traced = dressed(function (this: unknown): ClientRequest {
    const made = request.apply(this, arguments as never);
    onClientRequest(made, home);
    return made;
  }, request);
  const tracedGet = dressed(function (this: unknown): ClientRequest {
    const made = traced.apply(this, arguments as never);
    made.end();
    return made;
  }, get);
  module.request = traced;
  module.get = tracedGet;
  return () => {
    // What somebody else has put over ours is not ours to take away.
    if (module.request === traced) module.request = request;
    if (module.get === tracedGet) module.get = get;
  };
}

/** A replacement that looks like what it replaces. */
function dressed(replacement: RequestFunction, original: RequestFunction): RequestFunction {
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  return replacement;
}
