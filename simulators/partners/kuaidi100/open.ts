import { createHash } from 'node:crypto';
import { formOf, jsonAnswer } from '../../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../../kit/http.ts';
import { beijing } from '../../kit/words.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';

const ACKNOWLEDGED = '{"result":true,"returnCode":"200","message":"成功"}';
const HALF_HOUR = 30 * 60_000;

interface Subscription {
  company: string;
  number: string;
  salt: string;
  trace: { time: string; ftime: string; context: string; status: string; areaCode: null }[];
}

function answered(result: boolean, returnCode: string, message: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ result, returnCode, message }));
}

/** Kuaidi100 (快递100): subscriptions by form, call-backs with the whole trace, three tries half an hour apart. */
export class Kuaidi100Simulator extends Partner {
  readonly key = 'kuaidi100-simulated-key';
  readonly subscriptions = new Map<string, Subscription>();

  constructor(options: PartnerOptions) {
    super(options, {
      retryAfterMs: [HALF_HOUR, HALF_HOUR, HALF_HOUR],
      accepted: (status, body) => status === 200 && body === ACKNOWLEDGED,
    });
  }

  start(): Promise<this> {
    return this.open('write', (request) => this.#subscribe(request));
  }

  /** The parcel moved: the whole trace is pushed, newest first. `state` as the platform numbers it, 3 is signed for. */
  move(number: string, state: string, context: string, status = 'polling'): void {
    const subscription = this.subscriptions.get(number);
    if (!subscription) throw new Error(`Nobody subscribed ${number}.`);
    const time = beijing(this.options.now());
    subscription.trace.unshift({ time, ftime: time, context, status: context, areaCode: null });
    const param = JSON.stringify({
      status,
      billstatus: state === '3' ? 'check' : 'got',
      message: '',
      autoCheck: '0',
      comOld: '',
      comNew: '',
      lastResult: {
        message: 'ok',
        com: subscription.company,
        nu: number,
        state,
        ischeck: state === '3' ? '1' : '0',
        status: '200',
        data: subscription.trace,
      },
    });
    const sign = createHash('md5').update(`${param}${subscription.salt}`, 'utf8').digest('hex').toUpperCase();
    const form = new URLSearchParams({ param, ...(subscription.salt !== '' && { sign }) });
    const body = Buffer.from(form.toString());
    this.courier.push(() => ({ path: '/hooks/partner/kuaidi100', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }));
  }

  #subscribe(request: ReceivedRequest): SimulatorAnswer {
    const { schema, param = '' } = formOf(request);
    if (request.method !== 'POST' || request.path !== '/poll' || schema !== 'json')
      return this.refuse('path', answered(false, '700', '参数错误'));
    const asked = parsed(param);
    if (!asked || asked.key !== this.key) return this.refuse('key', answered(false, '600', '授权码错误'));
    const { company = '', number = '', parameters } = asked;
    if (!/^[a-z0-9]+$/.test(company) || number === '' || number.length > 32)
      return this.refuse('number', answered(false, '701', '快递公司或单号错误'));
    if (!parameters?.callbackurl?.startsWith('http')) return this.refuse('callback', answered(false, '702', '回调地址错误'));
    if (this.subscriptions.has(number)) return answered(false, '501', '重复订阅');
    this.subscriptions.set(number, { company, number, salt: parameters.salt ?? '', trace: [] });
    return answered(true, '200', '提交成功');
  }
}

interface Asked {
  key?: string;
  company?: string;
  number?: string;
  parameters?: { callbackurl?: string; salt?: string };
}

function parsed(param: string): Asked | null {
  try {
    return JSON.parse(param) as Asked;
  } catch {
    return null;
  }
}

export function open(options: PartnerOptions): Promise<Kuaidi100Simulator> {
  return new Kuaidi100Simulator(options).start();
}
