// @vitest-environment happy-dom
import { flushPromises, mount, type DOMWrapper, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { LookProgress, Suggestions } from '#shared/contract/reports.ts';
import { createMemoryHistory, createRouter } from 'vue-router';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { useReports } from '../../../src-renderer/stores/reports.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';
import AdvicePanel from '../../../src-renderer/views/reports/AdvicePanel.vue';
import BoundForm from '../../../src-renderer/views/reports/BoundForm.vue';
import ReportsPage from '../../../src-renderer/views/reports/ReportsPage.vue';

const AT = 1_763_800_000_000;

describe('suggestions on screen', () => {
  let carrier: FakeCarrier;
  let asked: MockInstance<FakeCarrier['request']>;
  let mounted: VueWrapper[];
  beforeEach(async () => {
    setActivePinia(createPinia());
    carrier = fakeCarrier({ now: () => AT, seed: 7, live: false });
    connect(carrier);
    asked = vi.spyOn(carrier, 'request');
    mounted = [];
    await useSession().start();
    await useReports().load();
    asked.mockClear();
  });
  afterEach(() => mounted.forEach((wrapper) => wrapper.unmount()));

  const calls = (name: string): unknown[] => asked.mock.calls.filter(([method]) => method === name).map(([, input]) => input);
  const heard = (looking: LookProgress | null): void =>
    useReports().apply({ epoch: 'fake', seq: 1, name: 'reports.changed', payload: { at: AT, looking } } as StreamEvent);
  const put = (fields: Partial<Suggestions>): void => {
    useReports().suggestions = { ...useReports().suggestions!, ...fields };
  };
  function show(component: Parameters<typeof mount>[0], props: object = {}): VueWrapper {
    const wrapper = mount(component, { props, attachTo: document.body, global: { stubs: { FrontierPanel: true, AdviceCard: true } } });
    mounted.push(wrapper);
    return wrapper;
  }

  it('move on with a computation and ask for nothing, until anything else changes', async () => {
    put({ state: 'running' });
    heard({ done: 30, of: 120 });
    await flushPromises();
    expect([useReports().suggestions?.progress, calls('suggestions.current').length]).toEqual([{ done: 30, of: 120 }, 0]);
    const panel = show(AdvicePanel);
    expect(panel.get('[role=progressbar]').attributes('aria-valuenow')).toBe('25');
    expect(panel.text()).toContain('已重放 30 / 120 单');
    heard(null);
    await flushPromises();
    expect(calls('suggestions.current')).toHaveLength(1);
    expect(panel.find('[role=progressbar]').exists()).toBe(false);
  });

  it('are stopped by whoever may compute them, and only while they are computed', async () => {
    const panel = show(AdvicePanel);
    const stop = (): DOMWrapper<Element> | undefined => panel.findAll('button').find((one) => one.text() === '停止计算');
    expect(stop()).toBeUndefined();
    put({ state: 'running' });
    await flushPromises();
    await stop()!.trigger('click');
    await flushPromises();
    expect([calls('suggestions.cancel').length, calls('suggestions.current').length]).toEqual([1, 1]);
    expect(stop()).toBeUndefined();
    put({ state: 'running' });
    useSession().hello = { ...useSession().hello!, role: 'agent' };
    await flushPromises();
    expect(stop()).toBeUndefined();
  });

  it('are asked for where a computation begins that this console has not heard of', async () => {
    heard({ done: 0, of: 120 });
    await flushPromises();
    expect(calls('suggestions.current')).toHaveLength(1);
  });

  it('stay on the page with a word why when they cannot be read again, until they can', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: ReportsPage }] });
    await router.push('/');
    const page = mount(ReportsPage, {
      global: { plugins: [router], stubs: ['AdvicePanel', 'OutcomePanel', 'ReportSheet'] },
      attachTo: document.body,
    });
    mounted.push(page);
    await flushPromises();
    expect(page.find('.stale').exists()).toBe(false);
    asked.mockImplementation(() => Promise.resolve({ ok: false, error: { code: 'store_unavailable', message: '磁盘已满' } }) as never);
    heard(null);
    await flushPromises();
    expect(page.get('.stale[role=alert]').text()).toContain('磁盘已满');
    expect(page.findAll('.list li').length).toBeGreaterThan(0);
    asked.mockRestore();
    await page.get('.stale button').trigger('click');
    await flushPromises();
    expect(page.find('.stale').exists()).toBe(false);
  });

  it('say that the very first computation failed, and not that there was none', () => {
    put({ state: 'failed', at: null, frontier: [], items: [] });
    const panel = show(AdvicePanel);
    expect(panel.get('[role=alert]').text()).toContain('计算没有完成，还没有结果');
    expect(panel.text()).not.toContain('还没有计算过');
  });

  it('have a bound that is saved in shares of one, and says what the results were computed with', async () => {
    const reports = useReports();
    const form = show(BoundForm, { run: reports.suggestions });
    const entry = form.get('input');
    expect(entry.element.value).toBe('0.50');
    await entry.setValue('1.25');
    await entry.trigger('blur');
    await form.get('form').trigger('submit');
    await flushPromises();
    expect(calls('suggestions.setBound')).toEqual([{ mostFalseKills: 0.0125 }]);
    await form.setProps({ run: reports.suggestions });
    expect(form.text()).toContain('由主管设定');
    expect(form.text()).toContain('下面的结果按 0.5 个百分点计算');
  });

  it('have a bound nobody changes here where the configuration file or the role forbids it', async () => {
    const form = show(BoundForm, { run: { ...useReports().suggestions!, bound: { mostFalseKills: 0.02, from: 'file' } } });
    expect(form.find('input').exists()).toBe(false);
    expect(form.text()).toContain('2 个百分点');
    expect(form.text()).toContain('来自配置文件');
    useSession().hello = { ...useSession().hello!, role: 'agent' };
    const agents = show(BoundForm, { run: useReports().suggestions });
    await flushPromises();
    expect([agents.find('input').exists(), agents.text().includes('0.5 个百分点')]).toEqual([false, true]);
  });
});
