/** The logs API: the global logger provider, and loggers that come alive when there is one. */
import { diag } from '../diag/diag.ts';
import { clearSlot, readLegacyLogs, readSlot, writeSlot } from '../global.ts';
import { isNative } from '../native.ts';
import { overlay } from '../overlay.ts';
import { completeLogger } from './foreign-logger.ts';
import type { Logger, LoggerOptions, LoggerProvider, LoggerProviderLike } from './logger.ts';
import { NOOP_LOGGER } from './noop-logger.ts';
import { ProxyLogger } from './proxy-logger.ts';

/** Entry point to logging, for bridges between logging libraries and OpenTelemetry. */
export interface LogsAPI {
  /** Makes `provider` the one that all loggers come from. False when there is one already. */
  setGlobalLoggerProvider(provider: LoggerProviderLike): boolean;
  /** The global provider, or one whose loggers come alive when there is one. */
  getLoggerProvider(): LoggerProvider;
  /** A logger of the global provider, see {@link LoggerProvider.getLogger}. */
  getLogger(name: string, version?: string, options?: LoggerOptions): Logger;
  /** Takes the global provider away; loggers that came from it do nothing until there is another. */
  disable(): void;
}

function readProvider(): LoggerProviderLike | undefined {
  const provider = readSlot('logs') ?? readLegacyLogs();
  return typeof provider?.getLogger === 'function' ? provider : undefined;
}

/** The real logger behind a scope, or undefined as long as nobody registered a provider. */
function findLogger(
  name: string,
  version: string | undefined,
  options: LoggerOptions | undefined,
): Logger | undefined {
  try {
    const provider = readProvider();
    return provider === undefined ? undefined : completeLogger(provider.getLogger(name, version, options));
  } catch (error) {
    diag.error('The registered logger provider threw; its log records are lost', error);
    return NOOP_LOGGER;
  }
}

function setGlobalLoggerProvider(provider: LoggerProviderLike): boolean {
  try {
    if (typeof provider?.getLogger !== 'function' || provider === proxyProvider) {
      diag.error('logs.setGlobalLoggerProvider takes a LoggerProvider; nothing was changed');
      return false;
    }
    if (!readSlot('logs') && writeSlot('logs', provider, false)) return true;
  } catch {
    // A proxy that throws is no provider.
  }
  diag.error('A logger provider is registered already; logs.setGlobalLoggerProvider changed nothing');
  return false;
}

const proxyProvider: LoggerProvider = { getLogger };

function getLoggerProvider(): LoggerProvider {
  const provider = readProvider();
  if (provider === undefined) return proxyProvider;
  return isNative(provider) ? (provider as LoggerProvider) : overlay(provider, { getLogger });
}

function getLogger(name: string, version?: string, options?: LoggerOptions): Logger {
  return findLogger(name, version, options) ?? new ProxyLogger(() => findLogger(name, version, options));
}

/** Logging, for bridges between logging libraries and OpenTelemetry. */
export const logs: LogsAPI = {
  setGlobalLoggerProvider,
  getLoggerProvider,
  getLogger,
  disable: () => clearSlot('logs'),
};
