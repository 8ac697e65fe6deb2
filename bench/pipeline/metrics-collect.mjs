/** 100,000 series: one collection and its encoding to OTLP protobuf; the note says how long the snapshot alone takes. */
const SERIES = 100_000;

export const title = 'collect and encode 100,000 counter series (CPU of all)';
export const target = { ratioAtLeast: 3 };
export const rounds = 3;

const cpuMillis = (before) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
};

export async function run(contender, { quick = false } = {}) {
  const { meter, collect } = contender.makeMetrics({ limit: SERIES * 2 });
  const counter = meter.createCounter('requests');
  for (let index = 0; index < SERIES; index++) {
    counter.add(1, {
      'http.request.method': 'GET',
      'enduser.id': `user-${index}`,
      'http.response.status_code': 200,
    });
  }
  const samples = [];
  const snapshots = [];
  for (let sample = 0; sample < (quick ? 5 : 15); sample++) {
    const before = process.cpuUsage();
    const collection = await collect();
    snapshots.push(cpuMillis(before));
    contender.encodeMetrics(collection);
    samples.push(cpuMillis(before));
  }
  const sorted = (list) => [...list].sort((a, b) => a - b);
  const middle = (list) => sorted(list)[list.length >> 1];
  return {
    value: middle(samples),
    minimum: sorted(samples)[0],
    unit: 'ms',
    note: `snapshot ${middle(snapshots).toFixed(1)} ms (${sorted(snapshots)[0].toFixed(1)})`,
  };
}
