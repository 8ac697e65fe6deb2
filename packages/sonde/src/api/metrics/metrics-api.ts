/** The metrics API: the global meter provider, and meters whose instruments come alive when there is one. */
import { diag } from '../diag/diag.ts';
import { clearSlot, readSlot, writeSlot } from '../global.ts';
import { isNative } from '../native.ts';
import { overlay } from '../overlay.ts';
import { completeMeter } from './foreign-meter.ts';
import { isAsleep, LatentMeter } from './latent-meter.ts';
import type { Meter, MeterOptions, MeterProvider, MeterProviderLike } from './meter.ts';
import { NOOP_METER } from './noop-meter.ts';
import { handOverAll } from './pending-callbacks.ts';
import { ProxyMeter } from './proxy-meter.ts';

/** Entry point to metrics. */
export interface MetricsAPI {
  /** Makes `provider` the one that all meters come from. False when there is one already. */
  setGlobalMeterProvider(provider: MeterProviderLike): boolean;
  /** The global provider, or one whose meters come alive when there is one. */
  getMeterProvider(): MeterProvider;
  /** A meter of the global provider, see {@link MeterProvider.getMeter}. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter;
  /** Takes the global provider away; instruments that came from it record nothing until there is another. */
  disable(): void;
}

function readProvider(): MeterProviderLike | undefined {
  const provider = readSlot('metrics');
  return typeof provider?.getMeter === 'function' ? provider : undefined;
}

/** The real meter of a scope, or undefined as long as nobody registered a provider. */
function findMeter(
  name: string,
  version: string | undefined,
  options: MeterOptions | undefined,
): Meter | undefined {
  try {
    const provider = readProvider();
    return provider === undefined ? undefined : completeMeter(provider.getMeter(name, version, options));
  } catch (error) {
    diag.error('The registered meter provider threw; its measurements are lost', error);
    return NOOP_METER;
  }
}

function setGlobalMeterProvider(provider: MeterProviderLike): boolean {
  try {
    if (typeof provider?.getMeter !== 'function' || provider === proxyProvider) {
      diag.error('metrics.setGlobalMeterProvider takes a MeterProvider; nothing was changed');
      return false;
    }
    if (!readSlot('metrics') && writeSlot('metrics', provider, false)) return true;
  } catch {
    // A proxy that throws is no provider.
  }
  diag.error('A meter provider is registered already; metrics.setGlobalMeterProvider changed nothing');
  return false;
}

const proxyProvider: MeterProvider = { getMeter };

function getMeterProvider(): MeterProvider {
  const provider = readProvider();
  if (provider === undefined) return proxyProvider;
  return isNative(provider) ? (provider as MeterProvider) : overlay(provider, { getMeter });
}

function getMeter(name: string, version?: string, options?: MeterOptions): Meter {
  const meter = findMeter(name, version, options);
  if (meter === undefined) return new ProxyMeter(() => findMeter(name, version, options));
  // Somebody else's provider may have come without our knowing: those who wait hear of it here at the latest.
  handOverAll();
  return meter;
}

function knownProvider(): MeterProviderLike | undefined {
  try {
    return readProvider();
  } catch {
    return undefined;
  }
}

/**
 * A meter for those who only let themselves be observed, see latent-meter.ts.
 * @param owner what `getMeterProvider` has answered, to stay with that provider. Default: whichever is global
 */
export function latentMeter(name: string, version: string, owner: MeterProvider = proxyProvider): Meter {
  if (owner === proxyProvider) {
    const find = () => findMeter(name, version, undefined);
    return new LatentMeter(knownProvider, find, () => getMeter(name, version));
  }
  const wake = () => owner.getMeter(name, version);
  return isAsleep(owner) ? new LatentMeter(() => owner, wake, wake) : wake();
}

/** Metrics: the global meter provider. */
export const metrics: MetricsAPI = {
  setGlobalMeterProvider,
  getMeterProvider,
  getMeter,
  disable: () => clearSlot('metrics'),
};
