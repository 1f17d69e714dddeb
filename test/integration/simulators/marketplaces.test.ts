import axios from 'axios';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import type { OpenSimulator, PlatformSimulator, SimulatorOptions } from '#simulators/kit/types.ts';
import { beijing } from '#simulators/kit/words.ts';
import { open as openJd } from '#simulators/jd/open.ts';
import { josSign } from '#simulators/jd/sign.ts';
import { open as openPinduoduo } from '#simulators/pinduoduo/open.ts';
import { pmcTarget, popSign } from '#simulators/pinduoduo/sign.ts';
import { open as openTaobao } from '#simulators/taobao/open.ts';
import { topSign } from '#simulators/taobao/sign.ts';
import { open as openXiaohongshu } from '#simulators/xiaohongshu/open.ts';
import { arkSign } from '#simulators/xiaohongshu/sign.ts';
import vectors from '../../fixtures/channels/vectors.json' with { type: 'json' };
import { simulatorAt, StoppedClock } from '../../support/platform-access.ts';
import { PAID, truthOrder, truthRefund } from '../../support/truth-order.ts';

const NOW = PAID + 3_600_000;
const closing: (() => void | Promise<void>)[] = [];
const later: (() => void)[] = [];
let clock = new StoppedClock(NOW);
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  later.length = 0;
});

async function opened(open: OpenSimulator, over: Partial<SimulatorOptions> = {}): Promise<PlatformSimulator> {
  const after = (_ms: number, task: () => void) => (later.push(task), () => undefined);
  clock = new StoppedClock(NOW);
  const simulator = await open(simulatorAt(clock, { after, ...over }));
  closing.push(() => simulator.stop());
  return simulator;
}

async function post(url: string, body: string, type = 'application/x-www-form-urlencoded'): Promise<string> {
  const options = { headers: { 'content-type': type }, proxy: false as const, validateStatus: () => true, responseType: 'text' as const };
  return (await axios.post<string>(url, body, { ...options, transformResponse: (text: string) => text })).data;
}
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const vector = (id: string) => {
  const found = vectors.vectors.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`There is no vector ${id}.`);
  return found as unknown as Record<string, unknown> & { params: Record<string, string>; secret: string; expected: string };
};

describe('signatures, written a second time', () => {
  it.each([
    ['taobao-request-md5-1', topSign],
    ['taobao-request-hmac-1', topSign],
    ['jd-request-md5-1', josSign],
    ['pdd-request-md5-1', popSign],
  ])('%s', (id, sign) => {
    const { params, secret, expected } = vector(id);
    expect(sign(params, secret)).toBe(expected);
  });

  it('xiaohongshu-request-shared and pdd-ws-path-2', () => {
    const ark = vector('xiaohongshu-request-shared') as unknown as Record<
      'method' | 'appId' | 'timestamp' | 'version' | 'secret' | 'expected',
      string
    >;
    expect(arkSign(ark, ark.secret)).toBe(ark.expected);
    const pmc = vector('pdd-ws-path-2');
    expect(pmcTarget(String(pmc.client_id), pmc.secret, String(pmc.timestamp_ms))).toBe(pmc.expected);
  });
});

describe('Taobao', () => {
  async function ask(simulator: PlatformSimulator, given: Record<string, string>): Promise<string> {
    const { app_key = '', secret = '', access_token: session = '' } = simulator.credentials();
    const fields: Record<string, string> = {
      app_key,
      session,
      timestamp: beijing(NOW),
      format: 'json',
      v: '2.0',
      sign_method: 'md5',
      ...given,
    };
    return post(`${simulator.url}/router/rest`, form({ ...fields, sign: given.sign ?? topSign(fields, secret) }));
  }
  const list = { method: 'taobao.trades.sold.increment.get', fields: 'tid,modified,buyer_message', page_size: '1', use_has_next: 'false' };
  const window = { start_modified: beijing(PAID - 60_000), end_modified: beijing(PAID + 60_000) };

  it('refuses what the platform refuses, each for its reason', async () => {
    const simulator = await opened(openTaobao);
    expect(await ask(simulator, { ...list, ...window, sign: '0' })).toContain('"code":25');
    expect(await ask(simulator, { ...list, ...window, timestamp: beijing(NOW - 660_000) })).toContain('"code":31');
    expect(await ask(simulator, { ...list, ...window, session: 'x' })).toContain('"code":27');
    expect(await ask(simulator, { ...list, ...window, fields: '' })).toContain('"code":40');
    expect(await ask(simulator, { ...list, ...window, page_size: '101' })).toContain('"code":41');
    // The sixth call within a second would be one too many.
    clock.at += 1_000;
    expect(await ask(simulator, { ...list, start_modified: beijing(NOW - 90_000_000), end_modified: beijing(NOW) })).toContain('"code":41');
    expect(simulator.refusals).toEqual({ signature: 1, timestamp: 1, token: 1, fields: 1, 'page-size': 1, span: 1 });
    expect(simulator.violations).toBe(0);
  });

  it('gives bare ids, newest first, and only what was asked for and the list has', async () => {
    const simulator = await opened(openTaobao);
    simulator.apply(truthOrder('2231958349001122334'), 'created');
    simulator.apply(truthOrder('2231958349001122341', { updatedAt: PAID + 1_000 }), 'created');
    expect(await ask(simulator, { ...list, ...window })).toContain(
      '"total_results":2,"trades":{"trade":[{"tid":2231958349001122341,"modified":',
    );
    expect(await ask(simulator, { ...list, ...window, page_no: '2' })).toContain(
      '{"tid":2231958349001122334,"modified":"2025-06-18 20:15:33"}',
    );
    expect(await ask(simulator, { ...list, ...window, use_has_next: 'true' })).toContain('"has_next":true');
    const bare = { method: 'taobao.trade.fullinfo.get', tid: '2231958349001122334', include_oaid: 'true' };
    expect(await ask(simulator, { ...bare, fields: 'tid,oaid,buyer_message' })).not.toContain('oaid-');
    expect(
      await ask(simulator, { ...bare, fields: 'tid,oaid,receiver_name,receiver_mobile,receiver_phone,receiver_address,receiver_state' }),
    ).toContain('oaid-');
  });

  it('rows move while a list is read', async () => {
    const faults = scriptedFaults([{ call: 'list', nth: 2, fault: 'page-shift' }]);
    const simulator = await opened(openTaobao, { faults, chance: () => 0 });
    simulator.apply(truthOrder('2231958349001122334'), 'created');
    expect(await ask(simulator, { ...list, ...window })).toContain('"total_results":1');
    expect(await ask(simulator, { ...list, ...window })).toContain('"total_results":0');
    expect(simulator.truth('2231958349001122334')?.updatedAt).toBe(NOW);
  });

  it('messages are handed out once the user is permitted, and no more once confirmed', async () => {
    const simulator = await opened(openTaobao);
    const consume = { method: 'taobao.tmc.messages.consume', quantity: '100' };
    expect(await ask(simulator, consume)).toContain('"code":11');
    await ask(simulator, { method: 'taobao.tmc.user.permit' });
    simulator.apply(truthOrder('2231958349001122334', { sellerMemo: '' }), 'changed');
    const first = await ask(simulator, consume);
    const id = /"id":(\d{16})/.exec(first)?.[1] ?? '';
    expect(first).toContain('taobao_trade_TradeBuyerPay');
    expect(await ask(simulator, consume)).not.toContain('tmc_message"');
    await ask(simulator, { method: 'taobao.tmc.messages.confirm', s_message_ids: id });
    expect(await ask(simulator, consume)).not.toContain(id);
  });
});

describe('JD', () => {
  async function ask(
    simulator: PlatformSimulator,
    method: string,
    params: Record<string, string>,
    over: Record<string, string> = {},
  ): Promise<string> {
    const { app_key = '', secret = '', access_token = '' } = simulator.credentials();
    const json = JSON.stringify(params);
    const fields = { method, app_key, access_token, timestamp: beijing(NOW), v: '2.0', '360buy_param_json': json, ...over };
    return post(`${simulator.url}/routerjson`, form({ ...fields, sign: over.sign ?? josSign(fields, secret) }));
  }
  const search = {
    start_date: beijing(PAID - 60_000),
    end_date: beijing(PAID + 60_000),
    order_state: 'WAIT_SELLER_STOCK_OUT,LOCKED',
    optional_fields: 'orderState',
    page: '1',
    page_size: '100',
    date_type: '0',
  };

  it('gives only the fields that were named, only the states that were asked for, and nothing unpaid', async () => {
    const simulator = await opened(openJd);
    simulator.apply(truthOrder('300100200300'), 'created');
    simulator.apply(truthOrder('300100200307', { stage: 'shipped' }), 'created');
    simulator.apply(truthOrder('300100200314', { stage: 'unpaid', paidAt: null }), 'created');
    const answer = await ask(simulator, 'jingdong.pop.order.search', search);
    expect(answer).toContain('"orderTotal":1,"orderInfoList":[{"orderId":"300100200300","orderState":"WAIT_SELLER_STOCK_OUT"}]');
    expect(simulator.truth('300100200314')).toBeNull();
  });

  it('refuses what the platform refuses', async () => {
    const simulator = await opened(openJd);
    const method = 'jingdong.pop.order.search';
    expect(await ask(simulator, method, search, { sign: 'x' })).toContain('"code":"12"');
    expect(await ask(simulator, method, search, { timestamp: beijing(NOW + 420_000) })).toContain('"code":"22"');
    expect(await ask(simulator, method, { ...search, order_state: '' })).toContain('order_state');
    expect(await ask(simulator, method, { ...search, start_date: beijing(PAID - 40 * 86_400_000) })).toContain('start_date');
    expect(simulator.refusals).toEqual({ signature: 1, timestamp: 1, content: 1, span: 1 });
  });
});

describe('Pinduoduo', () => {
  async function ask(simulator: PlatformSimulator, given: Record<string, string>): Promise<string> {
    const { client_id = '', secret = '', access_token = '' } = simulator.credentials();
    const fields: Record<string, string> = {
      client_id,
      access_token,
      timestamp: String(NOW / 1_000),
      data_type: 'JSON',
      version: 'V1',
      ...given,
    };
    return post(`${simulator.url}/api/router`, form({ ...fields, sign: given.sign ?? popSign(fields, secret) }));
  }

  it('writes money as yuan numbers and reads its four enums together', async () => {
    const simulator = await opened(openPinduoduo);
    const refunds = [truthRefund('7381000001', { amountMinor: 7_000 })];
    simulator.apply(truthOrder('250618-200000000000002', { refunds }), 'refund');
    const answer = await ask(simulator, { type: 'pdd.order.information.get', order_sn: '250618-200000000000002' });
    expect(answer).toContain('"order_status":1,"refund_status":2,"after_sales_status":2,"confirm_status":1,"group_status":1');
    expect(answer).toContain('"goods_amount":69.8,"discount_amount":9.8');
  });

  it('refuses windows of more than half an hour', async () => {
    const simulator = await opened(openPinduoduo);
    const list = { type: 'pdd.order.number.list.increment.get', order_status: '5', refund_status: '5', is_lucky_flag: '0' };
    const seconds = PAID / 1_000;
    expect(await ask(simulator, { ...list, start_updated_at: String(seconds - 1_801), end_updated_at: String(seconds) })).toContain(
      '50001',
    );
    expect(await ask(simulator, { ...list, start_updated_at: String(seconds - 1_800), end_updated_at: String(seconds) })).toContain(
      'total_count',
    );
    expect(simulator.refusals).toEqual({ span: 1 });
  });

  it('frames come again until they are acknowledged with their own 64-bit id', async () => {
    const simulator = await opened(openPinduoduo);
    await ask(simulator, { type: 'pdd.pmc.user.permit' });
    const { client_id = '', secret = '' } = simulator.credentials();
    const socket = new WebSocket(simulator.url.replace('http', 'ws') + pmcTarget(client_id, secret, String(NOW)));
    closing.unshift(() => socket.terminate());
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
    await new Promise((resolve) => socket.once('open', resolve));
    simulator.apply(truthOrder('250618-200000000000002'), 'changed');
    await expect.poll(() => frames.length).toBe(1);
    expect(frames[0]).toContain('"id":9007199254740995,');
    for (const task of later.splice(0)) task();
    await expect.poll(() => frames.length).toBe(2);
    socket.send(`{"id":9007199254740995,"commandType":"Ack","sendTime":${NOW},"mallID":171500001}`);
    await simulator.settled();
    for (const task of later.splice(0)) task();
    await simulator.settled();
    expect(frames).toHaveLength(2);
  });

  it('lets nobody in with another address', async () => {
    const simulator = await opened(openPinduoduo);
    await ask(simulator, { type: 'pdd.pmc.user.permit' });
    const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}${pmcTarget('pdd-simulated-client', 'wrong', String(NOW))}`);
    await new Promise((resolve) => socket.once('error', resolve));
    expect(simulator.refusals).toEqual({ signature: 1 });
  });
});

describe('Xiaohongshu', () => {
  async function ask(simulator: PlatformSimulator, given: Record<string, unknown>): Promise<string> {
    const { appId = '', secret = '', access_token: accessToken } = simulator.credentials();
    const signed = { method: 'order.getOrderList', appId, timestamp: String(NOW / 1_000), version: '2.0' };
    const body = { ...signed, sign: arkSign(signed, secret), accessToken, ...given };
    return post(`${simulator.url}/ark/open_api/v3/common_controller`, JSON.stringify(body), 'application/json');
  }

  it('is asked in seconds, answers in milliseconds, and writes "null" for what is not there', async () => {
    const simulator = await opened(openXiaohongshu);
    simulator.apply(truthOrder('P700000000000000001', { sellerMemo: '' }), 'created');
    const window = { timeType: 2, startTime: PAID / 1_000 - 60, endTime: PAID / 1_000 + 60, pageNo: 1, pageSize: 100 };
    const answer = await ask(simulator, window);
    expect(answer).toContain(`"updateTime":${PAID}`);
    expect(answer).toContain('"sellerRemark":"null"');
    expect(answer).not.toContain('skuList');
  });

  it('refuses what the platform refuses', async () => {
    const simulator = await opened(openXiaohongshu);
    const window = { timeType: 2, startTime: PAID / 1_000 - 1_801, endTime: PAID / 1_000, pageNo: 1, pageSize: 100 };
    expect(await ask(simulator, window)).toContain('时间跨度');
    expect(await ask(simulator, { ...window, timeType: 1 })).toContain('"total":0');
    expect(await ask(simulator, { ...window, timeType: 1, pageNo: 101 })).toContain('分页');
    expect(await ask(simulator, { ...window, sign: 'x' })).toContain('签名');
    expect(await ask(simulator, { ...window, accessToken: 'x' })).toContain('accessToken');
    expect(simulator.refusals).toEqual({ span: 1, 'page-size': 1, signature: 1, token: 1 });
  });
});
