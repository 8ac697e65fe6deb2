/** All that HttpInstrumentation needs from the first request on: the patches, and what they look at. */
import type { ClientRequest } from 'node:http';
import type { Meter } from '../../api/metrics/meter.ts';
import type { Tracer } from '../../api/trace/tracer.ts';
import { HttpClientMetrics } from '../shared/http-client-metrics.ts';
import { onClientRequest, patchClientRequest } from './client.ts';
import { dressed, patchIncomingMessage } from './emitter.ts';
import type { HttpHome } from './home.ts';
import { type HttpInstrumentationConfig, type ResolvedHttpConfig, resolveHttpConfig } from './options.ts';
import { patchServer, patchServerResponse } from './server.ts';
import { HttpServerMetrics } from './server-metrics.ts';

type Http = typeof import('node:http');
type Https = typeof import('node:https');
type RequestFunction = (...args: unknown[]) => ClientRequest;

/** Makes its instruments for the first request that asks: on Node 20 the patches are in place long before. */
class Home implements HttpHome {
  isOn = false;
  tracer: Tracer;
  config: ResolvedHttpConfig;
  #meter: Meter;
  #server: HttpServerMetrics | undefined = undefined;
  #client: HttpClientMetrics | undefined = undefined;

  constructor(tracer: Tracer, meter: Meter, config: HttpInstrumentationConfig) {
    this.tracer = tracer;
    this.config = resolveHttpConfig(config);
    this.#meter = meter;
  }

  get serverMetrics(): HttpServerMetrics {
    this.#server ??= new HttpServerMetrics(this.#meter);
    return this.#server;
  }

  get clientMetrics(): HttpClientMetrics {
    this.#client ??= new HttpClientMetrics(this.#meter);
    return this.#client;
  }

  set meter(meter: Meter) {
    this.#meter = meter;
    this.#server = undefined;
    this.#client = undefined;
  }
}

export class HttpEngine {
  readonly #home: Home;
  #undo: (() => void)[] = [];

  constructor(tracer: Tracer, meter: Meter, config: HttpInstrumentationConfig) {
    this.#home = new Home(tracer, meter, config);
  }

  set config(config: HttpInstrumentationConfig) {
    this.#home.config = resolveHttpConfig(config);
  }

  set tracer(tracer: Tracer) {
    this.#home.tracer = tracer;
  }

  set meter(meter: Meter) {
    this.#home.meter = meter;
  }

  /** @param replacesFunctions whether `request` and `get` are replaced, where no channel tells of requests */
  patch(replacesFunctions: boolean): void {
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
      ...(replacesFunctions ? replaceFunctions(http, home) : []),
    ].reverse();
  }

  unpatch(): void {
    this.#home.isOn = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  /** A request that a channel tells of. Never throws. */
  onClientRequest(request: ClientRequest): void {
    onClientRequest(request, this.#home);
  }
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
