/**
 * HttpInstrumentation: node:http and node:https, servers and clients, under the name and options of the official one.
 *
 * Node tells of requests on channels before anything is emitted or sent. The first of them brings the patches: until
 * then neither node:http (4 ms, 4 MB on Node 26) nor our own part is loaded. Node 20 has no such channel for requests that
 * are made; there both are loaded at once, and the functions of http and https replaced (with https 3 ms, 1 MB).
 * node:http is fetched as a built-in: an ESM import of it fires lazy getters that cost 17 MB and 26 ms (Node 24, 26).
 */
import type { ClientRequest } from 'node:http';
import { activeContext } from '../../api/context/context-api.ts';
import { isTracingSuppressed } from '../../api/context/suppression.ts';
import { diag } from '../../api/diag/diag.ts';
import type { MeterProviderLike } from '../../api/metrics/meter.ts';
import type { TracerProviderLike } from '../../api/trace/tracer.ts';
import { InstrumentationBase } from '../instrumentation.ts';
import { loadEngine } from './deferred-engine.ts';
import type { HttpEngine } from './engine.ts';
import type { HttpInstrumentationConfig } from './options.ts';

/** The version of the package, which is that of its instrumentations. */
const VERSION = '0.1.0';

/** On this channel every client request is announced, in its constructor. */
const REQUEST_MADE = 'http.client.request.created';
/** The one for servers, the other also for those who emit requests with messages that they made themselves. */
const REQUEST_COMES: readonly string[] = ['http.server.request.start', 'http.server.response.created'];

/** Spans for HTTP servers and clients of Node's own modules `http` and `https`. Enabled when made, unless told otherwise. */
export class HttpInstrumentation extends InstrumentationBase<HttpInstrumentationConfig> {
  #engine: HttpEngine | undefined = undefined;
  #isPatched = false;
  #unsubscribe: (() => void)[] = [];

  constructor(config: HttpInstrumentationConfig = {}) {
    super('sonde/http', VERSION, config);
    if (config.enabled !== false) this.enable();
  }

  override setConfig(config: HttpInstrumentationConfig): void {
    super.setConfig(config);
    if (this.#engine !== undefined) this.#engine.config = config;
  }

  override setTracerProvider(tracerProvider: TracerProviderLike): void {
    super.setTracerProvider(tracerProvider);
    if (this.#engine !== undefined) this.#engine.tracer = this.tracer;
  }

  override setMeterProvider(meterProvider: MeterProviderLike): void {
    super.setMeterProvider(meterProvider);
    if (this.#engine !== undefined) this.#engine.meter = this.meter;
  }

  protected override patch(): void {
    if (!announcesRequests()) this.#begin(true);
    else {
      this.#unsubscribe.push(subscribe(REQUEST_MADE, this.#onRequestMade));
      if (isHttpLoaded()) this.#begin(false);
      else for (const name of REQUEST_COMES) this.#unsubscribe.push(subscribe(name, this.#onFirst));
    }
  }

  protected override unpatch(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    this.#isPatched = false;
    this.#engine?.unpatch();
  }

  #begin(replacesFunctions: boolean): void {
    this.#engine ??= new (loadEngine().HttpEngine)(this.tracer, this.meter, this.config);
    this.#engine.patch(replacesFunctions);
    this.#isPatched = true;
  }

  readonly #onRequestMade = (message: unknown): void => {
    if (!this.#isPatched) {
      // Our own exporters' requests are none that we have to see.
      if (isTracingSuppressed(activeContext())) return;
      this.#onFirst();
    }
    if (this.#isPatched)
      this.#engine!.onClientRequest((message as { readonly request: ClientRequest }).request);
  };

  /** Never throws: what a listener of a channel throws ends the process. */
  readonly #onFirst = (): void => {
    if (this.#isPatched) return;
    try {
      this.#begin(false);
      for (const unsubscribe of this.#unsubscribe.splice(1)) unsubscribe();
    } catch (error) {
      diag.error('HTTP requests are not recorded: what records them could not be loaded', error);
      this.disable();
    }
  };
}

function subscribe(name: string, listener: (message: unknown) => void): () => void {
  const channels = process.getBuiltinModule('node:diagnostics_channel');
  channels.subscribe(name, listener);
  return () => void channels.unsubscribe(name, listener);
}

/** Whether this Node publishes http.client.request.created: since 22.12, which is the first 22 that we support. */
function announcesRequests(): boolean {
  return Number.parseInt(process.versions.node, 10) >= 22;
}

/** Whether the program, or somebody before us, uses node:http already. */
function isHttpLoaded(): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: readonly string[] };
  return moduleLoadList?.includes('NativeModule http') !== false;
}
