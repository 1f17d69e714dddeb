// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { Role } from '#shared/contract/index.ts';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { i18n } from '../../../src-renderer/locales/texts.ts';
import { routes } from '../../../src-renderer/router.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';
import { actionWords, isAboutOrder } from '../../../src-renderer/views/settings/audit.ts';
import { matches } from '../../../src-renderer/views/settings/search.ts';
import SettingsPage from '../../../src-renderer/views/settings/SettingsPage.vue';

let hub: FakeCarrier;
let page: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  hub = fakeCarrier({ now: () => Date.now(), seed: 5, live: false });
  connect(hub);
});
afterEach(() => page?.unmount());

async function open(role: Role, address = '/settings'): Promise<VueWrapper> {
  const session = useSession();
  await session.start();
  if (session.hello) session.hello = { ...session.hello, role };
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(address);
  page = mount(SettingsPage, { global: { plugins: [i18n, router] }, attachTo: document.body });
  await flushPromises();
  return page;
}
const titles = (wrapper: VueWrapper): string[] => wrapper.findAll('nav button span').map((item) => item.text());

describe('settings by role', () => {
  it('shows a supervisor every section', async () => {
    expect(titles(await open('supervisor'))).toEqual(['渠道', '未读懂的消息', '死信', '外观', '语言', '审计日志', '订单状态表', '关于']);
  });
  it('asks nothing for an agent that an agent may not ask, names what is withheld, and offers no retry', async () => {
    const asked = vi.spyOn(hub, 'request');
    const wrapper = await open('agent');
    expect(titles(wrapper)).not.toContain('审计日志');
    expect(wrapper.text()).toContain('角色「客服」看不到：审计日志');
    expect(wrapper.text()).toContain('重读需要运营主管或管理员');
    expect(wrapper.findAll('button').filter((button) => /重读/.test(button.text()))).toEqual([]);
    expect(asked.mock.calls.map(([name]) => name)).not.toContain('audit.list');
  });
  it('leaves a wallboard with what is its own', async () => {
    expect(titles(await open('viewer'))).toEqual(['外观', '语言', '订单状态表', '关于']);
  });
  it('says how the audit log stands, in words', async () => {
    const wrapper = await open('admin');
    await wrapper.find('#settings-audit header button').trigger('click');
    await flushPromises();
    expect(wrapper.find('#settings-audit [role=status]').text()).toContain('共 4\u202f210 条，逐条重算，链条完整');
  });
});

describe('shops', () => {
  it('names what is wrong under the shop and leads an administrator to mend it', async () => {
    const wrapper = await open('admin');
    const channels = wrapper.find('#settings-channels');
    expect(channels.text()).toContain('授权已被撤销或无法续期');
    expect(channels.find('[aria-label="修复 天猫旗舰店 的接入"]').attributes('href')).toContain('connect=taobao/flagship&step=credentials');
  });
  it('shows the same to a supervisor, who is told to ask and offered no connecting', async () => {
    const wrapper = await open('supervisor', '/settings?connect=new');
    expect(wrapper.find('#settings-channels').text()).toContain('请联系管理员处理');
    expect(wrapper.text()).not.toContain('接入店铺');
    expect(wrapper.find('aside').exists()).toBe(false);
  });
});

describe('words of the settings', () => {
  it('match a query word by word', () => {
    expect(matches('', 'anything')).toBe(true);
    expect(matches('深 density', '深色', 'Density')).toBe(true);
    expect(matches('深 高度', '深色', 'Density')).toBe(false);
  });
  it('name recorded actions, refused ones too, and show unknown ones as they are', () => {
    expect(actionWords('order.frozen')).toBe('冻结订单');
    expect(actionWords('status.refused')).toBe('拒绝状态变更');
    expect(actionWords('release.refused')).toBe('放行（被拒绝）');
    expect(actionWords('something.new')).toBe('something.new');
  });
  it('tell an order number from other subjects', () => {
    expect(isAboutOrder({ subject: 'TB202506182015330987' })).toBe(true);
    expect(isAboutOrder({ subject: 'MB-1001@suzhou' })).toBe(false);
    expect(isAboutOrder({ subject: 'rules@1' })).toBe(false);
  });
});
