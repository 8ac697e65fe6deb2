/** A real Prometheus on a free port of loopback, scraping one target, with exemplars and native histograms kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parts } from './parts.mjs';
import { freePort } from './ports.mjs';

const WITHIN_MILLIS = 60_000;

/** `{ api(path, parameters), until(path, parameters, holds), stop() }`. `settings` are lines of the scrape's configuration. */
export async function startPrometheus(targetPort, { features = [], settings = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-prometheus-'));
  const port = await freePort();
  const config = [
    'global: { scrape_interval: 300ms, scrape_timeout: 300ms }',
    'scrape_configs:',
    '  - job_name: sonde',
    ...settings.split('\n').map((line) => `    ${line}`),
    `    static_configs: [{ targets: ["127.0.0.1:${targetPort}"] }]`,
  ];
  writeFileSync(join(folder, 'prometheus.yml'), config.join('\n'));
  const child = spawn(
    parts.prometheus(),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (piece) => {
    log += piece;
  });
  const api = async (path, parameters = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await answer.json();
    if (status !== 'success') throw new Error(`Prometheus refuses ${path}: ${error}`);
    return data;
  };
  return {
    api,
    /** What the API answers as soon as that holds. */
    async until(path, parameters, holds) {
      const giveUp = Date.now() + WITHIN_MILLIS;
      for (let last; ; await sleep(100)) {
        try {
          last = await api(path, parameters);
          if (holds(last)) return last;
        } catch (error) {
          last = error;
        }
        if (Date.now() < giveUp && child.exitCode === null) continue;
        throw new Error(`Prometheus did not come to it: ${JSON.stringify(last)}\n${log}`);
      }
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
