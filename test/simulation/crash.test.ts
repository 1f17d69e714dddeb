import { expect, test } from 'vitest';
import { runCrashes } from './crash-run.ts';

/** Enough for both kinds of moments, before and after a write and between writes; `npm run test:crash` does hundreds. */
const KILLS = 15;

test(
  `${KILLS} kills at random moments under signed webhook load: nothing acknowledged is lost, nothing happens twice, stock adds up`,
  { timeout: 300_000 },
  async () => {
    const report = await runCrashes({ kills: KILLS, seed: 20_250_618 });
    expect(report.violations).toEqual([]);
    expect(report.kills).toBe(KILLS);
    expect(report.killedInsideWrites).toBeGreaterThan(3);
    expect(report.acknowledged).toBeGreaterThan(KILLS * 10);
    expect(report.effects).toBeGreaterThan(0);
  },
);
