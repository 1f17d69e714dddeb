/**
 * `npm run conformance [-- --orders N] [--channel id] [--seed N] [--calm]`: lives of orders through the simulator of each channel, one
 * channel after another, under all faults together (`--calm`: under none). Prints one line per channel and what differs; exits with 1
 * when anything does.
 */
import { parseArgs } from 'node:util';
import { CHANNEL_IDS, channelIdSchema } from '../src-shared/channels.ts';
import { conform } from '../test/simulation/conformance/run.ts';
import type { Conformance } from '../test/simulation/conformance/run.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10000' },
    channel: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    calm: { type: 'boolean', default: false },
  },
});

const COLUMNS = [
  ['channel', 18],
  ['orders', 7],
  ['changes', 8],
  ['refunds', 8],
  ['differ', 7],
  ['missing', 8],
  ['doubled', 8],
  ['gaps', 6],
  ['over limit', 11],
  ['unread', 7],
  ['faults', 7],
  ['calls', 7],
  ['simulated', 10],
  ['took', 8],
] as const;

function line(cells: readonly (string | number)[]): string {
  return COLUMNS.map(([, width], index) => String(cells[index] ?? '').padEnd(width)).join(' ');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function isRight(result: Conformance): boolean {
  const { differences, missing, doubled, gaps, violations, failed, reserved, withoutRaw } = result;
  const wrong = differences.length + missing.length + doubled.length + gaps.left + violations + failed + withoutRaw;
  return wrong === 0 && reserved.shelves === reserved.orders;
}

function show(result: Conformance): void {
  const { channel, orders, changes, refunds, differences, missing, doubled, gaps, violations, failed, faults, calls } = result;
  const spans = [`${(result.simulatedMs / 3_600_000).toFixed(1)} h`, `${(result.tookMs / 1_000).toFixed(0)} s`];
  const counts = [differences.length, missing.length, doubled.length, gaps.left, violations, failed];
  console.info(line([channel, orders, changes, refunds, ...counts, sum(faults), sum(calls), ...spans]));
  for (const difference of differences.slice(0, 10)) console.info(`  ${difference}`);
  if (missing.length > 0) console.info(`  missing: ${missing.slice(0, 10).join(', ')}`);
  if (doubled.length > 0) console.info(`  doubled: ${doubled.slice(0, 10).join(', ')}`);
  if (!isRight(result)) console.info(`  ${JSON.stringify({ ...result, differences: undefined, missing: undefined, doubled: undefined })}`);
}

const channels = values.channel?.map((id) => channelIdSchema.parse(id)) ?? CHANNEL_IDS;
let allRight = true;
console.info(line(COLUMNS.map(([name]) => name)));
for (const channel of channels) {
  const result = await conform(channel, { orders: Number(values.orders), seed: Number(values.seed), faults: !values.calm });
  show(result);
  allRight &&= isRight(result);
}
process.exit(allRight ? 0 : 1);
