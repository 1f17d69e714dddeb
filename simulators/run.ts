/**
 * `node simulators/run.ts --channel douyin [--shop main] [--hub http://127.0.0.1:7420]`: one platform as a process of its own, by hand.
 * Prints one JSON line with its address and credentials; takes commands as JSON lines on its input:
 * `{"order": {…TruthOrder}, "happened": "created"}` and `{"set": {"revoked": true}}`. Ends when its input does.
 */
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { noFaults } from './kit/faults.ts';
import type { OpenSimulator, SimulatorState, TruthOrder } from './kit/types.ts';

interface Command {
  order?: TruthOrder;
  happened?: 'created' | 'changed' | 'refund';
  set?: Partial<SimulatorState>;
}

const { values } = parseArgs({
  options: { channel: { type: 'string' }, shop: { type: 'string', default: 'main' }, hub: { type: 'string' } },
});
const channels = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['kit', 'partners'].includes(entry.name))
  .map(({ name }) => name);
if (values.channel === undefined || !channels.includes(values.channel)) {
  console.error(`--channel must be one of ${channels.join(', ')}`);
  process.exit(2);
}

const { open } = (await import(`./${values.channel}/open.ts`)) as { open: OpenSimulator };
const simulator = await open({
  now: Date.now,
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  chance: Math.random,
  faults: noFaults(),
  shopId: values.shop,
  hub: values.hub ?? null,
});
console.info(JSON.stringify({ channel: values.channel, endpoint: simulator.url, credentials: simulator.credentials() }));

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  try {
    const command = JSON.parse(line) as Command;
    if (command.set) simulator.set(command.set);
    if (command.order) simulator.apply(command.order, command.happened ?? 'changed');
    console.info(JSON.stringify({ ok: true, calls: simulator.calls, refusals: simulator.refusals }));
  } catch (error) {
    console.info(JSON.stringify({ ok: false, error: (error as Error).message }));
  }
}
await simulator.stop();
