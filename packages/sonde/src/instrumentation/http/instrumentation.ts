/**
 * HttpInstrumentation: node:http and node:https, servers and clients, under the name and options of the official one.
 *
 * node:http is fetched as a built-in: an ESM import of it fires lazy getters that cost 17 MB and 26 ms (Node 24, 26).
 * node:https is patched when the program loads it, where that can be seen (Node 22 and later), and at once elsewhere.
 */
import type { ClientRequest } from 'node:http';
import type { TracerProviderLike } from '../../api/trace/tracer.ts';
import { InstrumentationBase } from '../instrumentation.ts';
import { whenBuiltinLoads } from '../shared/builtin-load.ts';
import { onClientRequest, patchClientRequest } from './client.ts';
import { patchIncomingMessage } from './emitter.ts';
import { type HttpInstrumentationConfig, resolveHttpConfig } from './options.ts';
import { type HttpHome, patchServer, patchServerResponse } from './server.ts';

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
    this.#home = { isOn: false, tracer: this.tracer, config: resolveHttpConfig(config) };
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

  protected override patch(): void {
    const http = process.getBuiltinModule('node:http') as Http;
    const home = this.#home;
    home.isOn = true;
    this.#undo = [
      patchServer(http.Server, home),
      patchIncomingMessage(http.IncomingMessage.prototype),
      patchServerResponse(http.ServerResponse as never),
      patchClientRequest(http.ClientRequest as never),
      patchFunctions(http as never, home),
    ].reverse();
    const stop = whenBuiltinLoads('https', (module) => {
      const https = module as Https;
      this.#undo.unshift(patchServer(https.Server as never, home), patchFunctions(https as never, home));
      process.getBuiltinModule('node:module').syncBuiltinESMExports();
    });
    this.#undo.unshift(stop);
    process.getBuiltinModule('node:module').syncBuiltinESMExports();
  }

  protected override unpatch(): void {
    this.#home.isOn = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
    process.getBuiltinModule('node:module').syncBuiltinESMExports();
  }
}

/**
 * Replaces `request` and `get`. `get` ends the request before it returns, after which no header can be added, so ours
 * makes the request, then ends it. (The channel http.client.request.created of Node 24 and later would do as well; one
 * way for all versions is simpler.)
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
