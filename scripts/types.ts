/** Type-checks every room with the libraries that room may use: no Node types in the shared room, no DOM in the hub. */
import { runSideBySide } from './lanes.ts';
import type { Command } from './lanes.ts';

const room = (name: string, checker: 'tsc' | 'vue-tsc'): Command => ({
  name: `types of ${name}`,
  args: [checker, '-p', `tsconfig.${name}.json`],
});

/** One check per room, longest first. */
export const ROOM_CHECKS: readonly Command[] = [
  room('test', 'vue-tsc'),
  room('renderer', 'vue-tsc'),
  room('main', 'tsc'),
  room('shared', 'tsc'),
];

if (import.meta.main) {
  let failed = false;
  await runSideBySide(ROOM_CHECKS, ({ name, ok, output }) => {
    if (ok) return;
    failed = true;
    console.error(`failed: ${name}\n${output}`);
  });
  process.exit(failed ? 1 : 0);
}
