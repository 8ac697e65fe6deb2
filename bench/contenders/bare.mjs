/** The program that loads nothing: what start-up costs are counted from. */
const { rss } = process.memoryUsage();
console.log(JSON.stringify({ millis: performance.now(), megabytes: rss / 1e6 }));
