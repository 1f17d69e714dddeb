// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '#shared/contract/connections.ts';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { i18n } from '../../../src-renderer/locales/texts.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';
import ConnectPanel from '../../../src-renderer/views/connect/ConnectPanel.vue';
import {
  codeOf,
  draftOf,
  inputOf,
  isComplete,
  missingFields,
  setBridge,
  type Connection,
} from '../../../src-renderer/views/connect/draft.ts';
import { shopOfQuery } from '../../../src-renderer/views/connect/steps.ts';

const text = { zh: '', en: '' };
const MANIFEST: Manifest = {
  id: 'douyin',
  code: 'DY',
  name: { zh: '抖店', en: 'Douyin' },
  capabilities: {
    push: 'http',
    poll: true,
    refunds: 'list',
    ship: true,
    memo: true,
    stock: 'absolute',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    { name: 'app_key', label: text, help: text, kind: 'text', need: 'always', pattern: '^[0-9]+$' },
    { name: 'secret', label: text, help: text, kind: 'secret', need: 'push', pattern: null },
    { name: 'access_token', label: text, help: text, kind: 'secret', need: 'poll', pattern: null },
  ],
  options: [{ name: 'rate', label: text, help: text, kind: 'number', choices: [], default: 5, unconfirmed: false }],
  limits: [],
  authoriseUrl: null,
  webhookHelp: null,
  unconfirmed: [],
};
const CONNECTION: Connection = {
  channel: 'douyin',
  shopId: 'live',
  name: '直播间',
  source: 'screen',
  on: true,
  push: true,
  poll: false,
  door: 'native',
  endpoint: null,
  options: { rate: 8 },
  filled: ['app_key', 'secret'],
  identity: null,
  webhookPath: '/hooks/douyin/live',
};

describe('the draft of a connection', () => {
  it('needs what the ways it uses need, and nothing that is kept', () => {
    const draft = { ...draftOf(MANIFEST, null), shopId: 'live' };
    expect(missingFields(MANIFEST, draft, []).map(({ name }) => name)).toEqual(['app_key', 'secret', 'access_token']);
    expect(missingFields(MANIFEST, { ...draft, poll: false }, ['secret']).map(({ name }) => name)).toEqual(['app_key']);
    expect(missingFields(MANIFEST, { ...draft, door: 'standard-webhooks' }, []).map(({ name }) => name)).not.toContain('secret');
  });
  it('asks a bridged shop for the secret of its bridge, and for nothing of a platform it does not poll', () => {
    const draft = { ...draftOf(MANIFEST, null), shopId: 'live', poll: false };
    setBridge(MANIFEST, draft, true);
    expect([draft.door, draft.push]).toEqual(['standard-webhooks', true]);
    expect(missingFields(MANIFEST, draft, [])).toEqual([]);
    expect(isComplete(MANIFEST, draft, [])).toBe(false);
    expect(isComplete(MANIFEST, draft, ['webhookSecret'])).toBe(true);
    draft.fields['webhookSecret'] = ' whsec_AAAA ';
    expect(isComplete(MANIFEST, draft, [])).toBe(true);
    expect(inputOf(MANIFEST, draft)).toMatchObject({ door: 'standard-webhooks', fields: { webhookSecret: 'whsec_AAAA' } });
    expect(missingFields(MANIFEST, { ...draft, poll: true }, []).map(({ name }) => name)).toEqual(['app_key', 'access_token']);
    const silent = { ...MANIFEST, capabilities: { ...MANIFEST.capabilities, push: 'none' as const } };
    setBridge(silent, draft, false);
    expect([draft.door, draft.push]).toEqual(['native', false]);
  });
  it('is complete only with a usable id, well-shaped fields, a way in and a whole address', () => {
    const draft = { ...draftOf(MANIFEST, null), shopId: 'live', fields: { app_key: '123', secret: 's', access_token: 't' } };
    expect(isComplete(MANIFEST, draft, [])).toBe(true);
    expect(isComplete(MANIFEST, { ...draft, shopId: 'a/b' }, [])).toBe(false);
    expect(isComplete(MANIFEST, { ...draft, fields: { ...draft.fields, app_key: 'abc' } }, [])).toBe(false);
    expect(isComplete(MANIFEST, { ...draft, push: false, poll: false }, [])).toBe(false);
    expect(isComplete(MANIFEST, { ...draft, endpoint: 'sandbox' }, [])).toBe(false);
    expect(isComplete(MANIFEST, { ...draft, endpoint: 'https://sandbox.example' }, [])).toBe(true);
  });
  it('sends blank fields not at all and options only where they differ', () => {
    const draft = draftOf(MANIFEST, CONNECTION);
    expect(inputOf(MANIFEST, { ...draft, fields: { app_key: '', secret: ' fresh ', access_token: '' } })).toMatchObject({
      shopId: 'live',
      name: '直播间',
      fields: { secret: 'fresh' },
      options: { rate: 8 },
      endpoint: null,
      poll: false,
    });
    expect(inputOf(MANIFEST, draftOf(MANIFEST, null)).options).toEqual({});
  });
  it('takes a code alone or the address it came back in, with the signed query whole', () => {
    expect(codeOf(' abc ')).toEqual({ code: 'abc', query: '' });
    expect(codeOf('https://app.example/back?code=x%2By&shop=1&hmac=00#top')).toEqual({ code: 'x+y', query: 'code=x%2By&shop=1&hmac=00' });
  });
  it('reads the shop of an address', () => {
    expect(shopOfQuery('douyin/live')).toEqual({ channel: 'douyin', shopId: 'live' });
    expect([shopOfQuery('new'), shopOfQuery('douyin/'), shopOfQuery(undefined)]).toEqual([null, null, null]);
  });
});

describe('the panel', () => {
  let hub: FakeCarrier;
  let panel: VueWrapper;
  beforeEach(async () => {
    setActivePinia(createPinia());
    hub = fakeCarrier({ now: () => Date.now(), seed: 5, live: false });
    connect(hub);
    await useSession().start();
  });
  afterEach(() => panel.unmount());

  async function open(props: Partial<InstanceType<typeof ConnectPanel>['$props']> = {}): Promise<void> {
    panel = mount(ConnectPanel, {
      props: { shop: null, startAt: 'channel', shops: [{ channel: 'taobao', shopId: 'flagship' }], ...props },
      global: { plugins: [i18n] },
      attachTo: document.body,
    });
    await flushPromises();
  }
  const button = (label: string) => panel.findAll('button').find((one) => one.text().includes(label));
  async function press(label: string): Promise<void> {
    await button(label)?.trigger('click');
    await flushPromises();
  }
  async function fill(label: string, value: string): Promise<void> {
    await panel.find(`input[aria-label="${label}"]`).setValue(value);
  }

  it('goes from a channel to a shop that is on, sends each secret once, and forgets it', async () => {
    const asked = vi.spyOn(hub, 'request');
    await open();
    await press('抖店');
    expect(button('下一步')?.attributes('disabled')).toBeDefined();
    await fill('店铺编号', 'live2');
    await fill('App Key', '123456');
    await fill('App Secret', 'hush');
    await fill('Access Token', 'token');
    expect(panel.find('input[aria-label="App Secret"]').attributes('type')).toBe('password');
    await press('下一步');
    await press('开始试连');
    expect(panel.text()).toContain('全部通过，这是「小鹿母婴旗舰店」');
    expect(panel.text()).toContain('6917285510230912345');
    await press('保存凭据，下一步');
    expect(panel.text()).toContain('/hooks/douyin/live2');
    await press('开启接收');
    expect(panel.text()).toContain('正在等第一单');
    const sent = asked.mock.calls.filter(([, params]) => JSON.stringify(params).includes('hush')).map(([name]) => name);
    expect(sent).toEqual(['shops.test', 'shops.connect']);
    await press('填写凭据');
    expect(panel.find<HTMLInputElement>('input[aria-label="App Secret"]').element.value).toBe('');
    expect(panel.text()).toContain('已保存');
  });
  it('says where it failed, in the words of the platform, and that later steps were not run', async () => {
    await open();
    await press('抖店');
    await fill('店铺编号', 'live2');
    await fill('App Key', '123456');
    await fill('App Secret', 'wrong');
    await fill('Access Token', 'token');
    await press('下一步');
    await press('开始试连');
    expect(panel.find('[data-step="token"]').text()).toContain('Invalid signature');
    expect(panel.find('[data-step="orders"]').text()).toContain('未执行');
    expect(panel.find('[role="alert"]').text()).toContain('没有通过');
  });
  it('refuses an id the channel has already', async () => {
    await open();
    await press('淘宝');
    await fill('店铺编号', 'flagship');
    await flushPromises();
    expect(panel.text()).toContain('这个渠道下已有同名店铺');
  });
  it('shows a shop of the configuration file without its form', async () => {
    await open({ shop: { channel: 'standard-webhooks', shopId: 'own' }, startAt: 'credentials' });
    expect(panel.text()).toContain('登记在中枢的配置文件中');
    expect(panel.find('input[type="password"]').element.closest('label')?.style.display).toBe('none');
  });
});
