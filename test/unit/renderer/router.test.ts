// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { MONITOR_PAGES, PAGES, RULES_PAGES, SETTINGS_PAGES } from '../../../src-renderer/router.ts';

it('every page has a key of its own after G, the wallboard too', () => {
  const keys = ['w', ...[...PAGES, ...MONITOR_PAGES, ...RULES_PAGES, ...SETTINGS_PAGES].map(({ key }) => key)];
  expect(new Set(keys).size).toBe(keys.length);
});
