/**
 * `npm run bench -- [NAME…] [--json]`: measures on this machine, now; peers and raw limits in the same run.
 * With `--json` the last line is one JSON object of all figures, each with its unit in its name.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** Figures by name, the unit in the name: `ordersPerSecond`, `ackP99Ms`, `ratio`. */
export type Figures = Record<string, number>;

interface Benchmark {
  about: string;
  run(): Promise<Figures>;
}

/** Loaded one by one, so that one benchmark's libraries do not weigh on another. */
const BENCHMARKS: Record<string, Benchmark> = {
  pipeline: {
    about: 'signed webhook bytes to durable verdict, against the very same rows written bare',
    run: async () => (await import('./pipeline.ts')).benchPipeline(),
  },
  normalise: {
    about: "a platform's bytes to the unified order, each adapter alone",
    run: async () => (await import('./normalise.ts')).benchNormalise(),
  },
  judging: {
    about: 'twelve, 50 and 500 threshold rules, against other rule engines',
    run: async () => (await import('./judging.ts')).benchJudging(),
  },
  rules: {
    about: 'sets of 50, 500 and 10,000 rules, with and without why and why-not of each',
    run: async () => (await import('./rule-sets.ts')).benchRuleSets(),
  },
  trial: {
    about: 'a draft tried on a million stored orders, in time and memory',
    run: async () => (await import('./trial.ts')).benchTrial(),
  },
  learning: {
    about: 'outcomes of a million stored orders followed, thresholds looked for, and what they keep the hub waiting',
    run: async () => (await import('./learning.ts')).benchLearning(),
  },
  pulse: {
    about: 'scan of a million open orders for stuck ones',
    run: async () => (await import('./pulse.ts')).benchPulse(),
  },
  imports: {
    about: 'a file of a million orders through the hub, in time and memory',
    run: async () => (await import('./imports.ts')).benchImports(),
  },
  webhooks: {
    about: 'time to acknowledge a webhook over HTTP at a steady rate',
    run: async () => (await import('./webhooks.ts')).benchWebhooks(),
  },
  arrivals: {
    about: 'twelve shops pushed and polled together: from arrival to durable decision',
    run: async () => (await import('./arrivals.ts')).benchArrivals(),
  },
};

const USAGE = `npm run bench -- [NAME…] [--json]

${Object.entries(BENCHMARKS)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}

Without a name all of them run, one after the other.`;

/** `12345.678` -> `12,346`; small values keep three significant digits. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function table(figures: Figures): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${shown(value).padStart(12)}`)
    .join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !(name in BENCHMARKS));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no benchmark ${unknown.join(', ')}.\n\n${USAGE}` : USAGE);
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  console.log(`Node ${process.version}, ${availableParallelism()} cores`);
  const all: Figures = {};
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
    const benchmark = BENCHMARKS[name] as Benchmark;
    console.log(`\n${name}: ${benchmark.about}`);
    const figures = await benchmark.run();
    console.log(table(figures));
    Object.assign(all, figures);
  }
  if (values.json) console.log(JSON.stringify(all));
}

await main();
