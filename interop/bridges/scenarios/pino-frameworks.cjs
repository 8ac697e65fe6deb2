// pino behind others: worker transports, several streams, pino-http, Fastify, NestJS.
const { once } = require('node:events');
const { createServer } = require('node:http');
const { mkdtempSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

async function get(server, path = '/') {
  if (!server.listening) await once(server.listen(0), 'listening');
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    headers: { authorization: 's3cret' },
  });
  await response.text();
}

async function transports(pino, { inSpan, SECRET }) {
  const file = join(mkdtempSync(join(tmpdir(), 'sonde-pino-')), 'out.log');
  const transport = pino.transport({ target: 'pino/file', options: { destination: file } });
  const logger = pino({ base: null, redact: ['password'] }, transport);
  inSpan(() => logger.info({ password: SECRET }, 'by worker'));
  const closed = once(transport, 'close');
  transport.end();
  await closed;
  console.log(readFileSync(file, 'utf8').trim());
  const streams = pino.multistream([
    { level: 'info', stream: process.stdout },
    { level: 'error', stream: process.stdout },
  ]);
  pino({ base: null, level: 'info' }, streams).error('by streams');
}

async function http(pino) {
  const pinoHttp = require('pino-http');
  const middleware = pinoHttp({ logger: pino({ base: null, redact: ['req.headers.authorization'] }) });
  const server = createServer((request, response) => {
    middleware(request, response);
    request.log.info('inside pino-http');
    response.end('ok');
  });
  await get(server, '/http');
  server.close();
}

async function fastify() {
  const app = require('fastify')({
    logger: { base: null, serializers: { req: ({ method, url }) => ({ method, url }) } },
  });
  app.get('/fastify', async (request) => {
    request.log.info({ a: 1 }, 'inside fastify');
    return 'ok';
  });
  await app.ready();
  await get(app.server, '/fastify');
  await app.close();
}

async function nest(pino) {
  require('reflect-metadata');
  const { Controller, Get, Module } = require('@nestjs/common');
  const { NestFactory } = require('@nestjs/core');
  const { LoggerModule, PinoLogger } = require('nestjs-pino');
  class App {
    constructor(logger) {
      this.logger = logger;
    }
    work() {
      this.logger.info({ b: 2 }, 'inside nest');
      return 'ok';
    }
  }
  Reflect.defineMetadata('design:paramtypes', [PinoLogger], App);
  Controller()(App);
  Get('nest')(App.prototype, 'work', Object.getOwnPropertyDescriptor(App.prototype, 'work'));
  class Root {}
  const pinoHttp = {
    base: null,
    redact: ['req.headers.authorization'],
    logger: pino({ base: null, redact: ['req.headers.authorization'] }),
  };
  Module({ imports: [LoggerModule.forRoot({ pinoHttp })], controllers: [App] })(Root);
  const app = await NestFactory.create(Root, { logger: false });
  await app.listen(0);
  await get(app.getHttpServer(), '/nest');
  await app.close();
}

module.exports = async (pino, tools) => {
  await transports(pino, tools);
  await http(pino);
  await fastify();
  await nest(pino);
};
