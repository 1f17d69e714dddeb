import type { LocalisedText } from '#shared/text.ts';
import type { HubConfig } from '#main/hub/config.ts';
import type { CheckReply, PartnerLinks } from '#main/hub/partner-ports.ts';
import { callPartner } from './call.ts';
import { kdniao } from './carriers/kdniao.ts';
import { kuaidi100 as hundredClient } from './carriers/kuaidi100.ts';
import { crmClient, riskClient, wmsCheckClient } from './lookups.ts';
import { checkMail } from './mail.ts';
import { PartnerError } from './policy.ts';
import { sayHello } from './robots/robot.ts';
import { WmsStock } from './wms-stock.ts';

const NO_KEYS = { buyer: null, phone: null, address: null, ip: null, device: null };
/** A buyer nobody has. */
const NOBODY = 'orderpulse-test-call';

/** The calls a configuration makes possible. `now` is the hub's clock, `timeoutMs` the longest a test call may take. */
export function partnerLinks(partners: HubConfig['partners'], timeoutMs: number, now: () => number): PartnerLinks {
  const { wms, buyer, mail, crm, riskList, kuaidi100, kdniao: birdConfig, robots } = partners;
  const stock = wms?.snapshot === undefined ? null : new WmsStock({ snapshot: wms.snapshot, feed: wms.feed, secret: wms.secret, now });
  const customers = crm ? crmClient(crm) : null;
  const risk = riskList ? riskClient(riskList) : null;
  const pieces = wms?.check === undefined ? null : wmsCheckClient({ url: wms.check, secret: wms.secret, now });
  const bird = birdConfig ? kdniao({ ...birdConfig, endpoint: birdConfig.endpoint, timeoutMs }) : null;
  const hundred = kuaidi100 ? hundredClient({ ...kuaidi100, salt: kuaidi100.salt, endpoint: kuaidi100.endpoint, timeoutMs }) : null;
  const reach = (url: string) => () => reachable(url, timeoutMs);
  const never = new AbortController().signal;
  return {
    stock,
    waybills: bird,
    checks: { crm: customers, wms: pieces, 'risk-list': risk },
    probes: {
      ...(wms && {
        wms: stock ? () => stock.page(null).then(nothing) : pieces ? () => pieces.ask([], nothing, never).then(told) : reach(wms.url),
      }),
      ...(buyer && { buyer: reach(buyer.url) }),
      ...(mail && { mail: () => checkMail({ ...mail, timeoutMs }) }),
      ...(customers && { crm: () => customers.ask(NOBODY, nothing, never).then(told) }),
      ...(risk && { 'risk-list': () => risk.ask(NO_KEYS, nothing, never).then(told) }),
      ...(hundred && { kuaidi100: () => hundred.check() }),
      ...(bird && { kdniao: () => bird.check() }),
      ...(robots && robots.length > 0 && { robots: () => sayHello(robots, timeoutMs, now).then(() => TOLD) }),
    },
  };
}

const REACHED: LocalisedText = {
  zh: '地址有应答；密钥要到第一条消息才能核对',
  en: 'The address answers; the secret is proved by the first message',
};
const TOLD: LocalisedText = { zh: '每个群都收到了一条测试消息', en: 'Every group got a test message' };

function nothing(): void {}

function told(reply: CheckReply<unknown>): void {
  if (!reply.ok) throw reply.error;
}

/** For partners every message to whom counts: any answer but one of the 5xx shows that somebody is there. */
async function reachable(url: string, timeoutMs: number): Promise<LocalisedText> {
  const { status } = await callPartner({ method: 'GET', url, headers: {}, timeoutMs });
  if (status >= 500) throw new PartnerError(`The partner answered HTTP ${status}.`);
  return REACHED;
}
