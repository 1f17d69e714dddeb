/** Every picture by its name: where it is taken, and what has to be done first so that there is something to see. */
import type { Page } from 'playwright';

export type Ask = (method: string, input: object) => Promise<never>;

export interface Picture {
  /** Address behind the hash. */
  path: string;
  /** Once for all pictures of this name: what the hub has to hold. Answers the address where that is only known then. */
  prepare?: (ask: Ask) => Promise<string | undefined>;
  /** On the open page: what a person would press. */
  act?: (page: Page) => Promise<void>;
}

interface DraftShape {
  id: string;
  revision: number;
  title: string;
  body: { rules: { id: string }[]; lists: object };
}

const TEXTS = {
  title: '双十二前收紧首单',
  rule: { zh: '夜间与周末的大额首单', en: 'Large first orders at night and on weekends' },
  about: { zh: '新账号集中下大单，多在夜里和周末', en: 'New accounts place large orders, mostly at night and on weekends' },
  sentence: { zh: '首单金额 {value}，上限 {limit}。', en: 'First order of {value}; limit {limit}.' },
};
const FIRST_ORDER = {
  ...{ id: 'night-first-order', version: 1, enabled: true, name: TEXTS.rule, about: TEXTS.about, severity: 'high', action: 'freeze' },
  ...{ role: 'risk', source: 'order', stock: 'keep', relax: [], sentence: TEXTS.sentence, effectiveFrom: null, effectiveTo: null },
  when: {
    all: [
      { field: 'order-amount', op: '>', value: 30_000 },
      { field: 'first-order', op: '==', value: true },
      {
        any: [
          { field: 'weekday', op: 'in', value: [6, 7] },
          { field: 'local-hour', op: 'between', value: [22, 6] },
          { field: 'channel', op: 'in', value: ['douyin', 'taobao'] },
        ],
      },
    ],
  },
};

/** A draft with one new rule, and one of the shipped pack switched off. */
async function draft(ask: Ask): Promise<DraftShape> {
  const made: DraftShape = await ask('rules.draft.create', { title: TEXTS.title, from: 'current' });
  const rules = made.body.rules.map((rule) => (rule.id === 'remote-high-return' ? { ...rule, enabled: false } : rule));
  const body = { ...made.body, rules: [...rules, FIRST_ORDER] };
  return ask('rules.draft.save', { id: made.id, revision: made.revision, title: made.title, body });
}

async function triedDraft(ask: Ask): Promise<string> {
  const { id, revision } = await draft(ask);
  const { id: trial }: { id: string } = await ask('rules.trial.start', { draft: id, revision, days: 90 });
  for (let look = 0; look < 600; look += 1) {
    const { state }: { state: string } = await ask('rules.trial', { id: trial });
    if (state !== 'running') break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return `rules?draft=${id}&rule=${FIRST_ORDER.id}`;
}

async function weeklyReport(ask: Ask): Promise<string> {
  const { id }: { id: string } = await ask('reports.make', { kind: 'weekly' });
  return `reports?report=${id}`;
}

/** What the demo merchant's own outcomes suggest. */
async function suggested(ask: Ask): Promise<string> {
  await ask('suggestions.look', {});
  for (let look = 0; look < 600; look += 1) {
    const { state }: { state: string } = await ask('suggestions.current', {});
    if (state !== 'running') break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return 'reports';
}

interface Listed {
  items: { orderNo: string; channel: string; shopId: string }[];
}

/** Teaches the radar with what became of the demo's past orders: sent back ones as disputed, completed ones as fine; three rows are no use. */
async function taughtRadar(ask: Ask): Promise<string | undefined> {
  const returned: Listed = await ask('orders.list', { status: ['refunded'], limit: 220 });
  const kept: Listed = await ask('orders.list', { status: ['completed'], limit: 500 });
  const [shop] = returned.items;
  if (!shop) return undefined;
  const kinds = ['货不对板', '未收到货', '恶意退款'];
  const rows = [
    ...returned.items.map(({ orderNo }, index) => `${orderNo},纠纷,${kinds[index % kinds.length]}`),
    ...kept.items.map(({ orderNo }) => `${orderNo},正常,`),
    ...['202599990001,纠纷,未收到货', ',纠纷,货不对板', `${shop.orderNo},纠纷,恶意退款`],
  ];
  const bytes = Buffer.from(`订单编号,是否纠纷,纠纷类型\r\n${rows.join('\r\n')}\r\n`);
  const file = { channel: shop.channel, shopId: shop.shopId, name: '平台纠纷-11月.csv', bytes: bytes.length };
  const { id }: { id: number } = await ask('imports.begin', file);
  await ask('imports.append', { id, offset: 0, chunk: bytes.toString('base64') });
  const { suggestion }: { suggestion: object } = await ask('radar.inspect', { id });
  const set: { id: number } = await ask('radar.samples.take', { id, name: '平台纠纷-11月', mapping: suggestion });
  await ask('radar.train', { samples: [set.id], fine: 'samples' });
  for (let look = 0; look < 600; look += 1) {
    const { training }: { training: { state: string } } = await ask('radar.overview', {});
    if (training.state !== 'running') break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return undefined;
}

/** Opens what is folded, where it is folded. */
async function unfold(page: Page): Promise<void> {
  await page.locator('.trial .fold[aria-expanded="false"]').click();
}

export const PICTURES = {
  monitor: { path: 'monitor' },
  desk: { path: 'desk' },
  why: {
    path: 'desk',
    act: async (page) => {
      const rest = page.locator('.explanation > details');
      await rest.locator('> summary').click();
      await page.locator('.explanation').evaluate((part) => part.scrollIntoView({ block: 'start' }));
    },
  },
  inventory: { path: 'inventory' },
  health: { path: 'health' },
  rules: { path: 'rules' },
  'rule-editor': { path: 'rules', prepare: async (ask) => `rules?draft=${(await draft(ask)).id}&rule=${FIRST_ORDER.id}` },
  'rule-trial': { path: 'rules', prepare: triedDraft, act: unfold },
  'rule-apply': {
    path: 'rules',
    prepare: async (ask) => {
      await ask('rules.apply.preview', {});
      return undefined;
    },
    act: async (page) =>
      page
        .locator('.rules .n-button')
        .filter({ hasText: /应用到在途订单|Apply to open orders/ })
        .first()
        .click(),
  },
  radar: { path: 'rules/radar', prepare: taughtRadar },
  reports: { path: 'reports', prepare: suggested },
  'report-week': { path: 'reports', prepare: weeklyReport },
  settings: { path: 'settings' },
  connect: { path: 'settings?connect=new' },
  feeds: { path: 'settings/feeds' },
  gaps: { path: 'settings/gaps' },
  mapping: { path: 'settings/mapping?channel=douyin' },
  imports: { path: 'settings/imports' },
  partners: { path: 'settings/partners' },
  wallboard: { path: 'wallboard' },
} as const satisfies Record<string, Picture>;
export type PictureName = keyof typeof PICTURES;
export const ALL_PICTURES = Object.keys(PICTURES) as PictureName[];
