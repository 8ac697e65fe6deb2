/**
 * The real counterparts that suites need and that are bound to a platform or come from elsewhere than npm. Where one is
 * missing the suite is listed as not run; on CI, where all of them are meant to be, that is a failure.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, findNode } from '../../scripts/node.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const rotel = join(folder, 'node_modules/@streamfold/rotel-linux-x64/bin/rotel-agent');

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((part) => join(part, name))
    .find(isExecutable);
}

function findRotel() {
  if (!existsSync(rotel)) return undefined;
  chmodSync(rotel, 0o755);
  return rotel;
}

function findBuf() {
  const buf = join(folder, 'node_modules/.bin/buf');
  try {
    execFileSync(buf, ['--version'], { stdio: 'ignore' });
    return buf;
  } catch {
    return undefined;
  }
}

/** A namespace of process ids of one's own, which takes root. */
function findUnshare() {
  const unshare = onPath('unshare');
  try {
    execFileSync(unshare, ['--pid', '--fork', 'true'], { stdio: 'ignore' });
    return unshare;
  } catch {
    return undefined;
  }
}

/** Debian's Python, with gRPC's C core and the runtime of what protoc generates. */
function findGrpcPython() {
  const python = '/usr/bin/python3';
  try {
    execFileSync(python, ['-c', 'import grpc, google.protobuf'], { stdio: 'ignore' });
    return python;
  } catch {
    return undefined;
  }
}

/** Python with OpenTelemetry's SDK, in an environment of its own that is made at first use and whenever its list changes. */
function findOpenTelemetryPython() {
  const environment = join(cacheFolder, 'python-opentelemetry');
  const list = join(folder, 'languages/requirements.txt');
  const [python, mark] = [join(environment, 'bin/python'), join(environment, '.installed')];
  try {
    const wanted = readFileSync(list, 'utf8');
    if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
    console.error('Installing the OpenTelemetry SDK for Python (first use) …');
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync('python3', ['-m', 'venv', environment], quiet);
    execFileSync(
      python,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries=10', '-r', list],
      quiet,
    );
    writeFileSync(mark, wanted);
    return python;
  } catch {
    return undefined;
  }
}

/** Debian's Python, which its modules are for; another one may come first on the path. */
function findPythonThrift() {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import thrift'], { stdio: 'ignore' });
    return '/usr/bin/python3';
  } catch {
    return undefined;
  }
}

/** The reference parser of OpenMetrics, which is Prometheus's own client for Python. */
function findMetricsPython() {
  const python = '/usr/bin/python3';
  try {
    execFileSync(python, ['-c', 'import prometheus_client.openmetrics.parser'], { stdio: 'ignore' });
    return python;
  } catch {
    return undefined;
  }
}

/** Part name -> a function that gives its path, or undefined where it is missing. */
export const parts = {
  rotel: findRotel,
  protoc: () => onPath('protoc'),
  buf: findBuf,
  thrift: () => onPath('thrift'),
  'python3-thrift': findPythonThrift,
  'python3-grpcio': findGrpcPython,
  'python with opentelemetry': findOpenTelemetryPython,
  'Node 20': () => findNode(20),
  'Node 22': () => findNode(22),
  'Node 24': () => findNode(24),
  'Node 26': () => findNode(26),
  unshare: findUnshare,
  prometheus: () => onPath('prometheus'),
  promtool: () => onPath('promtool'),
  'python3-prometheus-client': findMetricsPython,
};

/** The .proto files of OTLP; `import` paths begin here. */
export const protoFolder = join(folder, 'node_modules/@elastic/mockotlpserver');
