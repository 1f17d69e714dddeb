import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('docs/channels.md says what the manifests say, and links tests that are there', () => {
  const run = spawnSync(process.execPath, ['scripts/channel-docs.ts', '--check'], { encoding: 'utf8' });
  expect(run.stderr.replaceAll(/\(node:.*\n?/g, '')).toBe('');
  expect(run.status).toBe(0);
});
