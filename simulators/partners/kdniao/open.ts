import { createHash } from 'node:crypto';
import { formOf, jsonAnswer } from '../../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../../kit/http.ts';
import { beijing } from '../../kit/words.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';

const BUSINESS_ID = '1237100';
const PATH = '/Ebusiness/EbusinessOrderHandle.aspx';

interface Parcel {
  carrier: string;
  number: string;
  traces: { AcceptTime: string; AcceptStation: string; Remark: string }[];
}

/** Kdniao (快递鸟): query 1002, subscription 1008, e-waybill 1007; pushes of parcels that moved. */
export class KdniaoSimulator extends Partner {
  readonly businessId = BUSINESS_ID;
  readonly apiKey = 'kdniao-simulated-key';
  readonly parcels = new Map<string, Parcel>();
  readonly waybills = new Map<string, string>();
  readonly cancelled = new Set<string>();
  #issued = 0;
  #refusal: string | null = null;

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [60_000, 600_000], accepted: (status, body) => status === 200 && /"Success"\s*:\s*true/.test(body) });
  }

  start(): Promise<this> {
    return this.open('write', (request) => this.#answer(request));
  }

  /** The next waybill is refused, in these words. */
  refuseNext(words: string): void {
    this.#refusal = words;
  }

  get endpoint(): string {
    return `${this.url}${PATH}`;
  }

  /** The parcel moved: pushed with its whole trace, oldest first; every second push writes its times with slashes. */
  move(number: string, state: '2' | '3' | '4', station: string): void {
    const parcel = this.parcels.get(number);
    if (!parcel) throw new Error(`Nobody subscribed ${number}.`);
    const time = beijing(this.options.now());
    parcel.traces.push({
      AcceptTime: parcel.traces.length % 2 === 0 ? time : time.replaceAll('-', '/'),
      AcceptStation: station,
      Remark: '',
    });
    const data = JSON.stringify({
      EBusinessID: BUSINESS_ID,
      PushTime: time,
      Count: '1',
      Data: [
        { EBusinessID: BUSINESS_ID, ShipperCode: parcel.carrier, LogisticCode: number, Success: true, State: state, Traces: parcel.traces },
      ],
    });
    const form = new URLSearchParams({ RequestData: data, RequestType: '101', DataSign: this.#sign(data) });
    const body = Buffer.from(form.toString());
    this.courier.push(() => ({ path: '/hooks/partner/kdniao', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }));
  }

  /** Base64 of the hex text of MD5 over data and key. */
  #sign(data: string): string {
    return Buffer.from(createHash('md5').update(`${data}${this.apiKey}`, 'utf8').digest('hex'), 'utf8').toString('base64');
  }

  #failed(reason: string, message: string): SimulatorAnswer {
    return this.refuse(
      reason,
      jsonAnswer(JSON.stringify({ EBusinessID: BUSINESS_ID, Success: false, ResultCode: '105', Reason: message })),
    );
  }

  #answer(request: ReceivedRequest): SimulatorAnswer {
    const { RequestData = '', EBusinessID, RequestType, DataSign, DataType } = formOf(request);
    if (request.method !== 'POST' || request.path !== PATH) return this.#failed('path', '接口不存在');
    if (EBusinessID !== BUSINESS_ID || DataType !== '2') return this.#failed('business', '用户无效');
    if (DataSign !== this.#sign(RequestData)) return this.#failed('signature', '数据签名错误');
    const data = JSON.parse(RequestData) as Record<string, unknown>;
    const [carrier, number] = [String(data['ShipperCode'] ?? ''), String(data['LogisticCode'] ?? '')];
    if (!/^[A-Z0-9]+$/.test(carrier)) return this.#failed('carrier', '快递公司编码错误');
    switch (RequestType) {
      case '1008':
        if (number === '') return this.#failed('number', '缺少快递单号');
        if (!this.parcels.has(number)) this.parcels.set(number, { carrier, number, traces: [] });
        return jsonAnswer(JSON.stringify({ EBusinessID: BUSINESS_ID, Success: true, UpdateTime: beijing(this.options.now()), Reason: '' }));
      case '1002':
        return this.#query(carrier, number);
      case '1007':
        return this.#waybill(carrier, data);
      case '1147':
        this.cancelled.add(String(data['ExpNo'] ?? ''));
        return jsonAnswer(JSON.stringify({ EBusinessID: BUSINESS_ID, Success: true, ResultCode: '100', Reason: '' }));
      default:
        return this.#failed('type', '请求指令错误');
    }
  }

  #query(carrier: string, number: string): SimulatorAnswer {
    const parcel = this.parcels.get(number);
    const found = { EBusinessID: BUSINESS_ID, ShipperCode: carrier, LogisticCode: number, Success: parcel !== undefined };
    return jsonAnswer(JSON.stringify({ ...found, State: parcel ? '2' : '0', Traces: parcel?.traces ?? [] }));
  }

  /** The same order number gets the same waybill again. */
  #waybill(carrier: string, data: Readonly<Record<string, unknown>>): SimulatorAnswer {
    const refusal = this.#refusal;
    this.#refusal = null;
    if (refusal !== null) return this.#failed('account', refusal);
    const orderCode = String(data['OrderCode'] ?? '');
    const receiver = data['Receiver'] as { Name?: string; Mobile?: string; Address?: string } | undefined;
    if (orderCode === '' || !receiver?.Name || !receiver.Mobile || !receiver.Address) return this.#failed('receiver', '收件人信息不完整');
    if ([receiver.Name, receiver.Mobile, receiver.Address].some((text) => text.includes('*')))
      return this.#failed('masked', '收件人信息已脱敏');
    let number = this.waybills.get(orderCode);
    if (number === undefined) {
      this.#issued += 1;
      number = `${carrier}${String(700_000_000_000 + this.#issued)}`;
      this.waybills.set(orderCode, number);
    }
    const template =
      data['IsReturnPrintTemplate'] === '1' || data['IsReturnPrintTemplate'] === 1 ? `<html><body>${number}</body></html>` : '';
    return jsonAnswer(
      JSON.stringify({
        EBusinessID: BUSINESS_ID,
        Success: true,
        ResultCode: '100',
        Reason: '成功',
        Order: { OrderCode: orderCode, ShipperCode: carrier, LogisticCode: number },
        PrintTemplate: template,
      }),
    );
  }
}

export function open(options: PartnerOptions): Promise<KdniaoSimulator> {
  return new KdniaoSimulator(options).start();
}
