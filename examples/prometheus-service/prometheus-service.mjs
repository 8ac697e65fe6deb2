// Runs the service; with --once it sends some requests, prints what a scraper gets, and ends.
import { argv, env } from 'node:process';
import { startTelemetry } from './telemetry.mjs';

const once = argv.includes('--once');
const telemetry = startTelemetry();
const { startService } = await import('./service.mjs');
const server = await startService(Number(env.PORT ?? (once ? 0 : 8080)));
await telemetry.exporter.startServer();

const { port } = server.address();
if (once) {
  for (const path of ['', 'orders/lamp', 'orders/lamp', 'orders/chair', 'orders/boat', 'nowhere']) {
    await (await fetch(`http://localhost:${port}/${path}`)).text();
  }
  const scrape = await fetch(`http://localhost:${telemetry.exporter.port}/metrics`);
  console.log(await scrape.text());
  server.close();
  server.closeAllConnections();
  await telemetry.shutdown();
} else {
  console.log(
    `the shop is at http://localhost:${port}, its metrics at http://localhost:${telemetry.exporter.port}/metrics`,
  );
}
