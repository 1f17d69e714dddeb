import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Files that take 20 seconds and more, mostly waiting. Begun last, one of them would run alone at the end. */
const LONGEST = [
  'test/simulation/crash.test.ts',
  'test/integration/server/starting.test.ts',
  'test/integration/demo/with-hub.test.ts',
  'test/integration/demo/simulators.test.ts',
  'test/simulation/feeds/crash.test.ts',
  'test/simulation/feeds/slow-shop.test.ts',
  'test/integration/replay/replay.test.ts',
];

/** Vitest knows how long a file takes from the last run; a clean checkout has none, so the longest are named. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ moduleId }: TestSpecification): number {
  const found = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return found === -1 ? LONGEST.length : found;
}
