// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { MINUTE, SECOND } from '#shared/time.ts';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { i18n } from '../../../src-renderer/locales/texts.ts';
import { routes } from '../../../src-renderer/router.ts';
import { hubNow, setHubTime } from '../../../src-renderer/stores/clock.ts';
import GapsPage from '../../../src-renderer/views/gaps/GapsPage.vue';

/** Midnight in Shanghai at the end of 31 December. */
const NEW_YEAR = Date.UTC(2026, 11, 31, 16);
let hub: FakeCarrier;

beforeEach(() => {
  setHubTime(NEW_YEAR - MINUTE);
  setActivePinia(createPinia());
  hub = fakeCarrier({ now: hubNow, seed: 5, live: false });
  connect(hub);
});
afterEach(() => setHubTime(Date.now()));

it('asks for the new day when it begins while the page is open', async () => {
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push('/settings/gaps');
  const page = mount(GapsPage, { global: { plugins: [i18n, router] } });
  const cells = (): string[] => page.findAll('button.cell').map((cell) => cell.attributes('aria-label')?.split(/[，：]/)[1] ?? '');
  await flushPromises();
  expect(cells().slice(0, 7)).toEqual(['今天', '12-30', '12-29', '12-28', '12-27', '12-26', '12-25']);
  const asked = vi.spyOn(hub, 'request');
  setHubTime(NEW_YEAR + SECOND);
  await flushPromises();
  expect(asked.mock.calls.map(([method]) => method)).toEqual(['gaps.days']);
  expect(cells().slice(0, 7)).toEqual(['今天', '12-31', '12-30', '12-29', '12-28', '12-27', '12-26']);
  page.unmount();
});
