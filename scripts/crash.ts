/** `npm run test:crash -- [--kills N] [--seed N]`: the long crash test; exits 1 when anything was lost, doubled or does not add up. */
import { parseArgs } from 'node:util';
import { runCrashes } from '#test/simulation/crash-run.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } } });
const started = Date.now();
const report = await runCrashes({ kills: Number(values.kills), seed: Number(values.seed), log: (line) => console.info(line) });
for (const violation of report.violations) console.error(`VIOLATION ${violation}`);
console.info(JSON.stringify({ ...report, violations: report.violations.length, seconds: Math.round((Date.now() - started) / 1_000) }));
process.exit(report.violations.length > 0 ? 1 : 0);
