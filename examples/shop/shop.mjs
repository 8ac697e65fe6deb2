// Starts the shop, lets customers in, and shows what its processes recorded: one tree per trace, across all of them.
import process, { argv, env, exit, stdout } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { visit, visits } from './customers.mjs';
import { startShop } from './processes.mjs';
import { programAt, runProgram } from './program.mjs';
import { bold, dim } from './viewer/colours.mjs';
import { Durations } from './viewer/metrics.mjs';
import { startReceiver } from './viewer/receiver.mjs';
import { Traces } from './viewer/traces.mjs';
import { treeLines } from './viewer/tree.mjs';

const HELP = `A small shop of three processes (storefront, payment, inventory) with no telemetry in their code.
Each is started with --import sonde/register; what they record is shown as one tree per trace.

  npm start                  customers visit once, then everything ends
  npm start -- --keep        the shop stays open, a customer comes every other second; ends with Ctrl-C
  npm start -- path/to/app.js [arguments]
                             your own program instead, started with the same flag; ends as it does
  npm start -- --help        this text

Variables decide where the telemetry goes, as for any program with sonde/register:

  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm start     to a collector or backend as well; by its own variables,
                                                                  such as OTEL_TRACES_EXPORTER or for gRPC, only there
  OTEL_EXPORTER_OTLP_PROTOCOL=http/json npm start                 as JSON instead of protobuf
  OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=0.5 npm start
`;

/** A trace is shown when nothing came for it for so long: a little more than the processes wait for a full batch. */
const QUIET_MILLIS = 1_200;
const BATCH_DELAY_MILLIS = '500';
const VISIT_EVERY_MILLIS = 2_000;

/** Whoever sets the first has a backend, to which all is handed on; with one of the others the processes send there themselves. */
const BACKEND = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const ELSEWHERE = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'];

/** The name of the variable by which the processes send past us: also where handing on takes more than plain HTTP. */
function sendsElsewhere() {
  const name = ELSEWHERE.find((each) => env[each]);
  if (name !== undefined || !env[BACKEND]) return name;
  const isPlain = /^https?:\/\/[^@]+$/.test(env[BACKEND]);
  const asksForMore = Object.keys(env).some(
    (each) =>
      (/^OTEL_EXPORTER_OTLP_.*(CERTIFICATE|CLIENT_KEY)$/.test(each) && env[each]) ||
      (/^OTEL_EXPORTER_OTLP_.*PROTOCOL$/.test(each) && env[each].trim().toLowerCase() === 'grpc'),
  );
  return isPlain && !asksForMore ? undefined : BACKEND;
}

/** What stands after the path of a program is that program's. */
function optionsOrHelp() {
  const options = { keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } };
  const given = argv.slice(2);
  const at = given.findIndex((word) => !word.startsWith('-'));
  try {
    const { values } = parseArgs({ args: at < 0 ? given : given.slice(0, at), options });
    if (values.help) {
      stdout.write(HELP);
      exit(0);
    }
    if (at < 0) return values;
    const program = programAt(given[at]);
    if (program === undefined) throw new Error(`There is no program ${given[at]}`);
    return { ...values, program, args: given.slice(at + 1) };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    exit(1);
  }
}

function show(traces, quietMillis) {
  for (const trace of traces.take(quietMillis)) console.log(`${treeLines(trace).join('\n')}\n`);
}

/** They come a moment apart, and do not wait for each other. */
async function letCustomersIn(url) {
  const answers = visits.map(async (each, index) => {
    await delay(index * 15);
    return visit(url, each);
  });
  for (const answer of answers) console.log(`  ${await answer}`);
}

async function keepOpen(url, onTurn, signal) {
  for (let turn = 0; !signal.aborted; turn++) {
    // Ctrl-C in a terminal reaches the services too, perhaps in the middle of a visit.
    await visit(url, visits[turn % visits.length]).catch((error) => signal.aborted || console.error(error));
    await delay(VISIT_EVERY_MILLIS, undefined, { signal }).catch(() => {});
    onTurn();
  }
}

/** What is said last: where all of it can be seen again. */
function sayWhere(elsewhere, line) {
  if (elsewhere !== undefined) {
    console.log(`The telemetry went where ${elsewhere} says (${env[elsewhere]}).`);
    return;
  }
  if (line !== undefined) {
    console.log(`${dim('A line as pino wrote it, with the ids of its span:')}\n${line}\n`);
  }
  if (env[BACKEND]) console.log(dim(`All of this was handed on to ${env[BACKEND]}`));
  else console.log(dim('All of this came by OTLP. Any backend shows the same: npm start -- --help'));
}

async function runShop(keep, variables, traces) {
  let lineInTrace;
  const shop = await startShop(variables, (line) => {
    if (line.includes('order placed')) lineInTrace = line;
  });
  const closing = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => closing.abort());
  console.log(`${bold('The shop is open')} at ${shop.url}: three processes, no telemetry in their code.\n`);
  await letCustomersIn(shop.url);
  console.log('');
  if (keep) {
    console.log(dim(`Open until Ctrl-C. Be a customer: curl -X POST ${shop.url}/orders/tea/valid\n`));
    await keepOpen(shop.url, () => show(traces, QUIET_MILLIS), closing.signal);
  }
  await shop.stop();
  return lineInTrace;
}

const { keep, program, args } = optionsOrHelp();
const elsewhere = sendsElsewhere();
const traces = new Traces();
const durations = new Durations();
const receiver =
  elsewhere === undefined
    ? await startReceiver(
        {
          '/v1/traces': (span) => traces.add(span),
          '/v1/logs': (record) => traces.addLog(record),
          '/v1/metrics': (metric) => durations.add(metric),
        },
        env[BACKEND] || undefined,
      )
    : undefined;
const variables = { OTEL_BSP_SCHEDULE_DELAY: env.OTEL_BSP_SCHEDULE_DELAY ?? BATCH_DELAY_MILLIS };
if (receiver !== undefined) variables.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url;

let lineInTrace;
if (program === undefined) lineInTrace = await runShop(keep, variables, traces);
else {
  const showing = setInterval(() => show(traces, QUIET_MILLIS), QUIET_MILLIS);
  process.exitCode = await runProgram(program, args, variables);
  clearInterval(showing);
}
receiver?.close();
show(traces, 0);
for (const line of durations.lines()) console.log(line);
sayWhere(elsewhere, lineInTrace);
