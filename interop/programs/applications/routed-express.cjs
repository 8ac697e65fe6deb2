// An express application with the official instrumentation of express, and of nothing else.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');

registerInstrumentations({ instrumentations: [new ExpressInstrumentation()] });
const express = require('express');

const users = express.Router();
users.get('/:id', (request, response) => response.json({ id: request.params.id }));
const app = express();
app.use(express.json());
app.use('/users', users);

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
