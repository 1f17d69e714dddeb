import { expect, test } from 'vitest';
import { DAY } from '#shared/time.ts';
import { systemTimers } from '#main/hub/time.ts';

test('a wait longer than a timer can count does not end at once', async () => {
  let ended = 0;
  const cancel = systemTimers.after(400 * DAY, () => (ended += 1));
  await new Promise((resolve) => setTimeout(resolve, 30));
  cancel();
  expect(ended).toBe(0);
});
