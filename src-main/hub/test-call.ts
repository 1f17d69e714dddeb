import type { MethodOutput } from '#shared/contract/index.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelMapping } from '#main/channels/channel.ts';
import type { ChannelClient, RawPayload } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { missingFields } from '#main/channels/keys.ts';
import type { Transport } from '#main/channels/transport.ts';
import type { Trial } from './feeds/feeds.ts';
import { tryMessage } from './preview.ts';
import type { Shop } from './shops.ts';

export type TestResult = MethodOutput<'shops.test'>;
type Step = TestResult['steps'][number];
type StepId = Step['id'];

/** A connection as it is tried: nothing of it is kept. */
export interface Attempt {
  shop: Shop;
  mapping: ChannelMapping;
  /** Its calls; null: nothing is called, only pushes are taken. */
  trial: Trial | null;
  transport: Transport;
  /** Whose credentials these were so far; null: not known. */
  knownIdentity: string | null;
  now(): number;
}

const STEPS: readonly StepId[] = ['fields', 'reach', 'clock', 'token', 'identity', 'orders', 'sample'];
const REACH_TIMEOUT_MS = 10 * SECOND;

const say = (zh: string, en: string): LocalisedText => ({ zh, en });
const NOT_TRIED = say('前一步未通过，未执行', 'Not tried: an earlier step failed');
/** Some platforms tell whose credentials these are with the first order alone. */
const NAMED_LATER: LocalisedText = {
  zh: '平台在首个订单中才给出店铺编号，届时核对',
  en: 'The platform names the shop with its first order; it is compared then',
};
const NO_BRIDGE_SECRET = say('还需填写桥接签名密钥', "Still missing: the bridge's signing secret");
const PUSH_ONLY = say('只接收推送，不调用平台', 'Only pushes are taken; the platform is not called');

/** Ends a run: what went wrong, in words. */
class Stopped extends Error {
  readonly text: LocalisedText;
  constructor(text: LocalisedText) {
    super(text.en);
    this.text = text;
  }
}

/**
 * Tries credentials at the platform, step by step, in the words a person needs: fields, reach, clock, token, identity, one page
 * of orders, one of them read. Stops at the first step that fails. Never throws.
 */
export async function testCall(attempt: Attempt): Promise<TestResult> {
  const run = new Run(attempt);
  let failed = false;
  for (const id of STEPS) {
    if (failed) run.add(id, 'skipped', NOT_TRIED);
    else {
      try {
        await run.step(id);
      } catch (error) {
        if (!(error instanceof Stopped || error instanceof ChannelError)) throw error;
        failed = true;
        run.add(id, 'failed', error.text);
      }
    }
  }
  return { ok: !failed, steps: run.steps, identity: run.identity, shopName: run.shopName, sample: run.sample };
}

class Run {
  readonly steps: Step[] = [];
  identity: string | null = null;
  shopName: string | null = null;
  sample: TestResult['sample'] = null;
  readonly #attempt: Attempt;
  #clockOffMs: number | null = null;
  #page: { id: string; payload: RawPayload | null }[] = [];

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  add(id: StepId, state: Step['state'], text: LocalisedText): void {
    this.steps.push({ id, state, text });
  }

  async step(id: StepId): Promise<void> {
    if (id === 'fields') return this.#fields();
    const { trial } = this.#attempt;
    if (!trial) return this.add(id, 'skipped', PUSH_ONLY);
    if (id === 'reach') return this.#reach();
    if (id === 'clock') return this.#clock();
    if (id === 'token') return this.#token(trial);
    if (id === 'identity') return this.#identify(trial.client);
    if (id === 'orders') return this.#orders(trial.client);
    return this.#read(trial.client);
  }

  #fields(): void {
    const { adapter, keys, push, poll, door } = this.#attempt.shop;
    const { fields } = adapter.manifest;
    const needs = [...(push && door === 'native' && adapter.push ? (['push'] as const) : []), ...(poll ? (['poll'] as const) : [])];
    const missing = new Set(needs.flatMap((need) => missingFields(adapter.manifest, keys, need)));
    const absent = fields.filter(({ name }) => missing.has(name));
    if (absent.length > 0) {
      const named = (locale: 'zh' | 'en') => absent.map(({ label }) => label[locale]);
      throw new Stopped(say(`还需填写：${named('zh').join('、')}`, `Still missing: ${named('en').join(', ')}`));
    }
    if (push && door === 'standard-webhooks' && keys.secrets.length === 0) throw new Stopped(NO_BRIDGE_SECRET);
    const odd = fields.find(
      ({ name, pattern }) => pattern !== null && keys.fields[name] !== undefined && !new RegExp(pattern).test(keys.fields[name]),
    );
    if (odd) throw new Stopped(say(`${odd.label.zh}的格式不对：${odd.help.zh}`, `${odd.label.en} has another form: ${odd.help.en}`));
    this.add('fields', 'passed', say('所需凭据已填写', 'Every credential that is needed is there'));
  }

  async #reach(): Promise<void> {
    const { shop, transport } = this.#attempt;
    const url = shop.endpoint ?? shop.adapter.manifest.origin;
    const answer = await transport.send({ method: 'GET', url, headers: {}, timeoutMs: REACH_TIMEOUT_MS });
    if (answer.date !== null) this.#clockOffMs = (answer.sentAt + answer.receivedAt) / 2 - (answer.date + SECOND / 2);
    const ms = answer.receivedAt - answer.sentAt;
    this.add('reach', 'passed', say(`平台有应答（${ms} 毫秒）`, `The platform answers (${ms} ms)`));
  }

  #clock(): void {
    const tolerance = this.#attempt.shop.adapter.manifest.clockToleranceMs;
    const off = this.#clockOffMs;
    if (off === null) return this.add('clock', 'skipped', say('平台未告知时间', 'The platform does not tell its time'));
    const seconds = Math.round(Math.abs(off) / SECOND);
    if (tolerance !== null && Math.abs(off) > tolerance) throw new ChannelError('clock-skew', { clockOffMs: off });
    if (Math.abs(off) > (tolerance ?? 10 * MINUTE) / 2) {
      const text = say(
        `本机时间与平台相差 ${seconds} 秒，再偏会被拒绝，请校准`,
        `This clock is ${seconds} s off the platform's; a little more and requests are refused`,
      );
      return this.add('clock', 'warning', text);
    }
    this.add('clock', 'passed', say(`本机时间与平台相差 ${seconds} 秒`, `The clocks differ by ${seconds} s`));
  }

  async #token(trial: Trial): Promise<void> {
    await trial.token();
    this.add('token', 'passed', say('已取得授权', 'The authorisation is in force'));
  }

  async #identify(client: ChannelClient): Promise<void> {
    const { identity, name } = await client.identify();
    const { knownIdentity } = this.#attempt;
    if (identity === '') return this.add('identity', 'skipped', NAMED_LATER);
    if (knownIdentity !== null && knownIdentity !== identity)
      throw new ChannelError('shop-changed', { expected: knownIdentity, found: identity });
    this.identity = identity;
    this.shopName = name;
    this.add('identity', 'passed', say(`店铺：${name ?? identity}`, `Shop: ${name ?? identity}`));
  }

  async #orders(client: ChannelClient): Promise<void> {
    const traits = this.#attempt.shop.adapter.manifest.polls.find(({ scope }) => scope === 'orders');
    if (!traits) return this.add('orders', 'skipped', PUSH_ONLY);
    const to = this.#attempt.now() - traits.lagMs;
    const span = Math.min(DAY, traits.maxSpanMs);
    const mark = traits.paging === 'backwards' ? { page: traits.firstPage } : null;
    const page = await client.changed('orders', { from: to - span, to }, mark);
    this.#page = page.entries.filter(({ kind }) => kind === 'order');
    const count = page.total ?? page.entries.length;
    const hours = Math.round(span / (6 * MINUTE)) / 10;
    this.add(
      'orders',
      'passed',
      say(`可以读取订单：近 ${hours} 小时有 ${count} 个变化`, `Orders can be read: ${count} changes in the last ${hours} h`),
    );
  }

  async #read(client: ChannelClient): Promise<void> {
    const [first] = this.#page;
    if (!first) return this.add('sample', 'skipped', say('近期没有订单可作示例', 'There is no recent order to show'));
    const fetched = first.payload ?? (await client.details('order', [first.id]))[0]?.payload ?? null;
    if (!fetched) throw new ChannelError('not-found');
    const { shop, mapping } = this.#attempt;
    const { channel, shopId, options } = shop;
    this.sample = tryMessage(shop.adapter, { ...fetched, observedAt: this.#attempt.now() }, { channel, shopId, options, mapping });
    if (!this.sample.ok) throw new Stopped(this.sample.reason ?? say('示例订单无法读懂', 'The sample cannot be read'));
    this.add('sample', 'passed', say(`示例订单 ${first.id} 已读懂`, `Order ${first.id} was read`));
  }
}
