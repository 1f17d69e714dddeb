import { beforeEach, describe, expect, test } from 'vitest';
import { ChannelError } from '#main/channels/errors.ts';
import { Pacing, PRIORITY } from '#main/hub/feeds/pacing.ts';
import { ManualTime } from '#main/hub/time.ts';

const START = Date.UTC(2026, 5, 18, 2);
const LIMITS = [{ group: 'list', calls: 1, perMs: 1_000, basis: 'published' }] as const;

let time: ManualTime;
let pacing: Pacing;
beforeEach(() => {
  time = new ManualTime(START);
  pacing = new Pacing({ manifest: { limits: LIMITS }, options: {}, clock: time, timers: time });
});

/** What became of a turn so far. */
function turn(priority: (typeof PRIORITY)[keyof typeof PRIORITY] = PRIORITY.live): { state: string } {
  const seen = { state: 'waits' };
  pacing.pace('list', priority).then(
    () => (seen.state = 'went'),
    (error: unknown) => (seen.state = error instanceof ChannelError ? error.code : String(error)),
  );
  return seen;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));
const states = async (turns: readonly { state: string }[]) => {
  await settle();
  return turns.map(({ state }) => state);
};

describe('turns of a shop', () => {
  test('go to the most urgent first, evenly spaced', async () => {
    const turns = [turn(), turn(PRIORITY.backlog), turn(PRIORITY.wishes), turn()];
    expect(await states(turns)).toEqual(['went', 'waits', 'waits', 'waits']);
    time.advanceBy(1_250);
    expect(await states(turns)).toEqual(['went', 'waits', 'waits', 'went']);
    time.advanceBy(1_250);
    expect(await states(turns)).toEqual(['went', 'waits', 'went', 'went']);
  });

  test('end with the line: whoever waits is told at once, nobody waits again, and no timer is left', async () => {
    const turns = [turn(), turn(), turn()];
    pacing.slowed('list', 90_000);
    pacing.close();
    expect(await states(turns)).toEqual(['went', 'transient', 'transient']);
    expect(await states([turn()])).toEqual(['transient']);
    expect(time.nextAt()).toBeNull();
  });
});
