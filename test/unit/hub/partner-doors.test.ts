import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formOf } from '#main/hub/partner-doors/door.ts';
import { kdniaoDoor } from '#main/hub/partner-doors/kdniao.ts';
import { kuaidi100Door } from '#main/hub/partner-doors/kuaidi100.ts';
import type { PartnerReport } from '#main/hub/partner-ports.ts';
import type { InboxMessage } from '#main/hub/ports.ts';

const NOW = Date.parse('2026-01-05T10:00:00+08:00');
const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');
const form = (fields: Record<string, string>) => Buffer.from(new URLSearchParams(fields).toString(), 'utf8');
const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const kept = (topic: string, body: Uint8Array) => ({ topic, body, receivedAt: NOW }) as InboxMessage;

describe('a form', () => {
  it('is read by its first fields only, however many a stranger sends', () => {
    const stranger = Buffer.from('param=first&' + '&#'.repeat(100_000) + '&last=1');
    const read = formOf(stranger);
    expect([read.get('param'), read.has('last')]).toEqual(['first', false]);
    expect([...read].length).toBeLessThanOrEqual(100);
  });
});

describe('call-backs of Kuaidi100', () => {
  const SALT = 'salt-7';
  const known = new Set(['yto:YT1234500001']);
  const door = kuaidi100Door({ salt: SALT }, (carrier, number) => known.has(`${carrier}:${number}`));
  const push = (over: Record<string, unknown> = {}, last: Record<string, unknown> = {}) =>
    JSON.stringify({
      status: 'polling',
      billstatus: 'got',
      message: '',
      autoCheck: '0',
      comOld: '',
      comNew: '',
      lastResult: {
        com: 'yuantong',
        nu: 'YT1234500001',
        state: '0',
        ischeck: '0',
        status: '200',
        data: [
          { time: '2026-01-05 09:10:00', ftime: '2026-01-05 09:10:00', context: '离开【苏州】+ 发往 & 杭州', areaCode: null },
          { time: '2026-01-04 20:00:00', ftime: '', context: '已揽收' },
        ],
        ...last,
      },
      ...over,
    });
  const verify = (param: string, sign = md5(param + SALT).toUpperCase()) => door.verify({ headers: {}, body: form({ sign, param }) }, NOW);
  function report(param: string): PartnerReport {
    const taken = verify(param);
    if (!taken.ok) throw new Error(taken.reason.en);
    const read = door.read(kept(taken.messages[0]?.topic ?? '', taken.messages[0]?.body ?? new Uint8Array()));
    if (!read.ok || read.reports[0] === undefined) throw new Error('Nothing was read.');
    return read.reports[0];
  }

  it('are signed over the decoded text, in either case of hex, and answered exactly', () => {
    const param = push();
    expect(verify(param)).toMatchObject({ ok: true, acknowledge: { body: '{"result":true,"returnCode":"200","message":"成功"}' } });
    expect(verify(param, md5(param + SALT))).toMatchObject({ ok: true });
    expect(verify(param, md5(encodeURIComponent(param) + SALT).toUpperCase())).toMatchObject({ ok: false, status: 401 });
    expect(verify(param, '')).toMatchObject({ ok: false, status: 401 });
    expect(door.verify({ headers: {}, body: form({ sign: 'x' }) }, NOW)).toMatchObject({ ok: false, status: 400 });
  });

  it('carry the whole trace, newest first', () => {
    expect(report(push())).toMatchObject({
      order: { carrier: 'yto', number: 'YT1234500001' },
      kind: 'trace',
      at: at('2026-01-05 09:10:00'),
      trace: [
        { at: at('2026-01-05 09:10:00'), text: '离开【苏州】+ 发往 & 杭州' },
        { at: at('2026-01-04 20:00:00'), text: '已揽收' },
      ],
    });
  });

  it.each([
    ['0', 'trace'],
    ['1', 'trace'],
    ['2', 'exception'],
    ['3', 'delivered'],
    ['4', 'exception'],
    ['5', 'trace'],
    ['6', 'exception'],
    ['7', 'trace'],
    ['8', 'trace'],
    ['13', 'exception'],
    ['14', 'exception'],
    ['103', 'trace'],
    ['203', 'exception'],
    ['304', 'delivered'],
    ['401', 'exception'],
    ['501', 'trace'],
    ['1002', 'trace'],
    [3, 'delivered'],
    [null, 'trace'],
  ])('state %j is %s', (state, kind) => expect(report(push({}, { state })).kind).toBe(kind));

  it('of a parcel whose carrier was corrected find it by the one we named', () => {
    const corrected = push({ autoCheck: '1', comOld: 'yuantong', comNew: 'zhongtong' }, { com: 'zhongtong' });
    expect(report(corrected)).toMatchObject({ order: { carrier: 'yto', number: 'YT1234500001' }, carrier: 'yto' });
    expect(verify(push({}, { com: 'zhongtong' }))).toMatchObject({ ok: false, status: 400 });
  });

  it('that end without an arrival are trouble; those that end with one are not', () => {
    expect(report(push({ status: 'abort', message: '3天查询无记录' }, { data: null }))).toMatchObject({
      kind: 'exception',
      at: NOW,
      text: { zh: '快递100 停止跟踪：3天查询无记录' },
      trace: [],
    });
    expect(report(push({ status: 'shutdown' }, { state: '3', ischeck: '1' })).kind).toBe('delivered');
    expect(report(push({ status: 'updateall' })).kind).toBe('trace');
  });

  it('without a salt are taken as they are', () => {
    const open = kuaidi100Door({ salt: undefined }, () => true);
    expect(open.verify({ headers: {}, body: form({ param: push() }) }, NOW)).toMatchObject({ ok: true });
  });
});

describe('pushes of Kdniao', () => {
  const KEY = 'key-7';
  const door = kdniaoDoor({ businessId: '1255', apiKey: KEY });
  const sign = (data: string) => Buffer.from(md5(data + KEY)).toString('base64');
  const parcel = (over: Record<string, unknown> = {}) => ({
    ShipperCode: 'SF',
    LogisticCode: 'SF9001',
    Success: true,
    State: '2',
    Traces: [
      { AcceptTime: '2026/01/04 20:00:00', AcceptStation: '已揽收', Remark: '' },
      { AcceptTime: '2026-01-05 09:10:00', AcceptStation: '到达【杭州】', Remark: null },
      { AcceptTime: '2026-01-05 09:10:00', AcceptStation: '派送中', Remark: null },
    ],
    ...over,
  });
  const verify = (data: string, DataSign = sign(data), RequestType = '101') =>
    door.verify({ headers: {}, body: form({ RequestData: data, RequestType, DataSign }) }, NOW);
  function reports(Data: unknown): readonly PartnerReport[] {
    const data = JSON.stringify({ EBusinessID: '1255', PushTime: '2026-01-05 10:00:00', Count: '1', Data });
    const taken = verify(data);
    if (!taken.ok) throw new Error(taken.reason.en);
    const read = door.read(kept('101', taken.messages[0]?.body ?? new Uint8Array()));
    if (!read.ok) throw new Error(read.reason.en);
    return read.reports;
  }

  it('are signed by base64 of the hex text, whatever became of its plus and equals signs on the way', () => {
    const data = JSON.stringify({ Data: [parcel()], note: '签收 ✅' });
    expect(verify(data)).toMatchObject({
      ok: true,
      acknowledge: { body: '{"EBusinessID":"1255","UpdateTime":"2026-01-05 10:00:00","Success":true,"Reason":""}' },
    });
    expect(verify(data, encodeURIComponent(sign(data)))).toMatchObject({ ok: true });
    expect(verify(data, Buffer.from(md5(data + KEY), 'hex').toString('base64'))).toMatchObject({ ok: false, status: 401 });
    expect(verify(data, sign(`${data} `))).toMatchObject({ ok: false, status: 401 });
    expect(verify(data, sign(data), '1002')).toMatchObject({ ok: false, status: 400 });
  });

  it('tell the newest first, and of one second the one that was written later', () => {
    expect(reports([parcel()])).toMatchObject([
      {
        order: { carrier: 'sf', number: 'SF9001' },
        kind: 'trace',
        at: at('2026-01-05 09:10:00'),
        text: { zh: '派送中' },
        trace: [{ text: '派送中' }, { text: '到达【杭州】' }, { text: '已揽收', at: at('2026-01-04 20:00:00') }],
      },
    ]);
    const newestFirst = parcel({ Traces: parcel().Traces.toReversed() });
    expect(reports([newestFirst])[0]?.trace?.map(({ text }) => text)).toEqual(['派送中', '到达【杭州】', '已揽收']);
  });

  it('of several parcels, of one without its list, and of one without a trace', () => {
    expect(reports([parcel({ State: 3 }), parcel({ LogisticCode: 9_001, State: '4' })])).toMatchObject([
      { kind: 'delivered' },
      { kind: 'exception', trackingNumber: '9001' },
    ]);
    expect(reports(parcel({ Traces: null, Reason: '暂无轨迹信息' }))).toMatchObject([{ at: NOW, text: { zh: '暂无轨迹信息' }, trace: [] }]);
    const short = parcel({ Traces: [{ AcceptTime: '2026/1/5 9:05:00', AcceptStation: null }] });
    expect(reports([short])).toMatchObject([{ at: at('2026-01-05 09:05:00') }]);
  });
});
