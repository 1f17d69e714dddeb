import { z } from 'zod';
import { carrierCode } from '#main/hub/partner-doors/carriers.ts';
import { kdniaoSign } from '#main/hub/partner-doors/sign.ts';
import { WaybillRefused } from '#main/hub/partner-ports.ts';
import type { TrackingSubscriber, WaybillIssuer } from '#main/hub/partner-ports.ts';
import { callPartner, jsonOf } from '../call.ts';
import { PartnerError } from '../policy.ts';
import { toldSchema } from '../told.ts';
import { SubscriptionRefused } from './kuaidi100.ts';

export interface KdniaoOptions {
  businessId: string;
  apiKey: string;
  endpoint: string | undefined;
  /** Kdniao's own field names: Name, Mobile, ProvinceName, CityName, ExpAreaName, Address. */
  sender: Readonly<Record<string, string>>;
  timeoutMs: number;
}

const KDNIAO_ENDPOINT = 'https://api.kdniao.com/Ebusiness/EbusinessOrderHandle.aspx';
const SUBSCRIBE = '1008';
const WAYBILL = '1007';
const CANCEL = '1147';
const NOBODYS = 'orderpulse-test-call';
/** Refusals that are about who asks rather than about what is asked; the codes are not published. */
const KEY_WORDS = /签名|密钥|用户|商户|权限|DataSign|API ?Key|EBusinessID/i;

const answerSchema = z.looseObject({
  Success: z.union([z.boolean(), z.string().transform((word) => word === 'true')]),
  Reason: toldSchema.nullish(),
  ResultCode: z.union([toldSchema, z.number()]).transform(String).nullish(),
  Order: z.object({ LogisticCode: z.string().max(64).nullish() }).nullish(),
  PrintTemplate: z.string().nullish(),
});

/** Kdniao: tracking and electronic waybills, one address, told apart by `RequestType`. Sources: kdniao.com, public clients. */
export function kdniao(options: KdniaoOptions): TrackingSubscriber & WaybillIssuer & { check(): Promise<void> } {
  async function call(type: string, data: object): Promise<z.output<typeof answerSchema>> {
    const requestData = JSON.stringify(data);
    const form = new URLSearchParams({
      RequestData: requestData,
      EBusinessID: options.businessId,
      RequestType: type,
      DataSign: kdniaoSign(requestData, options.apiKey),
      DataType: '2',
    });
    const answer = await callPartner({
      method: 'POST',
      url: options.endpoint ?? KDNIAO_ENDPOINT,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: form.toString(),
      timeoutMs: options.timeoutMs,
    });
    if (answer.status >= 300) throw new PartnerError(`Kdniao answered HTTP ${answer.status}.`);
    const read = answerSchema.safeParse(jsonOf(answer));
    if (!read.success) throw new PartnerError('Kdniao answered something unexpected.');
    return read.data;
  }

  return {
    async subscribe(carrier, number) {
      const shipper = carrierCode('kdniao', carrier);
      if (shipper === null) throw new SubscriptionRefused(`There is no tracking of the carrier "${carrier}".`);
      const { Success, Reason, ResultCode } = await call(SUBSCRIBE, { ShipperCode: shipper, LogisticCode: number });
      if (!Success) throw new SubscriptionRefused(`${ResultCode ?? ''} ${Reason ?? ''}`.trim());
      return 'subscribed';
    },
    async request({ orderNo, carrier, receiver, lines }) {
      const shipper = carrierCode('kdniao', carrier);
      if (shipper === null) throw new WaybillRefused('请先选择快递公司', 'Choose a carrier first');
      // A label with stars reaches nobody: such orders have the waybill service of their own platform.
      if (Object.values(receiver).some((value) => value.includes('*')) || !receiver['Name'] || !receiver['Mobile']) {
        throw new WaybillRefused(
          '收件信息被平台加密，请使用该平台自己的电子面单服务',
          "The platform hides the receiver; use the platform's own waybill service",
        );
      }
      const { Success, Reason, ResultCode, Order, PrintTemplate } = await call(WAYBILL, {
        OrderCode: orderNo,
        ShipperCode: shipper,
        PayType: 1,
        ExpType: 1,
        IsReturnPrintTemplate: '1',
        Sender: options.sender,
        Receiver: receiver,
        Quantity: 1,
        Commodity: lines.map(({ name, quantity }) => ({ GoodsName: name, Goodsquantity: quantity })),
      });
      const number = Order?.LogisticCode ?? '';
      if (!Success || number === '') {
        const words = `${ResultCode ?? ''} ${Reason ?? ''}`.trim();
        throw new WaybillRefused(`快递鸟不接受：${words}`, `Kdniao refuses: ${words}`);
      }
      return { number, template: PrintTemplate === undefined || PrintTemplate === '' ? null : PrintTemplate };
    },
    /** Cancels a waybill nobody has: changes nothing, and tells a wrong business id or key. Throws WaybillRefused and PartnerError. */
    async check() {
      const { Success, Reason, ResultCode } = await call(CANCEL, { ShipperCode: 'SF', OrderCode: NOBODYS, ExpNo: NOBODYS });
      const words = `${ResultCode ?? ''} ${Reason ?? ''}`.trim();
      if (!Success && KEY_WORDS.test(words)) {
        throw new WaybillRefused(`快递鸟不认可用户 ID 或 API Key：${words}`, `Kdniao does not accept the user ID or the API key: ${words}`);
      }
    },
    async cancel({ orderNo, carrier, number }) {
      const shipper = carrierCode('kdniao', carrier) ?? '';
      const { Success, Reason } = await call(CANCEL, { ShipperCode: shipper, OrderCode: orderNo, ExpNo: number });
      if (!Success) throw new WaybillRefused(`快递鸟不接受取消：${Reason ?? ''}`, `Kdniao refuses to cancel: ${Reason ?? ''}`);
    },
  };
}
