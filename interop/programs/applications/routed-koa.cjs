// A koa application with the official instrumentation of koa, and of nothing else.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { KoaInstrumentation } = require('@opentelemetry/instrumentation-koa');

registerInstrumentations({ instrumentations: [new KoaInstrumentation()] });
const Router = require('@koa/router');
const Koa = require('koa');

const users = new Router({ prefix: '/users' });
users.get('/:id', (context) => {
  context.body = { id: context.params.id };
});
const app = new Koa().use(users.routes());

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
