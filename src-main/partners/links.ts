import type { HubConfig } from '#main/hub/config.ts';
import type { PartnerLinks } from '#main/hub/partner-ports.ts';
import { callPartner } from './call.ts';
import { KDNIAO_ENDPOINT } from './carriers/kdniao.ts';
import { KUAIDI100_ENDPOINT } from './carriers/kuaidi100.ts';
import { crmClient, riskClient } from './lookups.ts';
import { checkMail } from './mail.ts';
import { PartnerError } from './policy.ts';
import { sayHello } from './robots/robot.ts';
import { WmsStock } from './wms-stock.ts';

const NO_KEYS = { buyer: null, phone: null, address: null, ip: null, device: null };
/** A buyer nobody has. */
const NOBODY = 'orderpulse-test-call';

/** The calls a configuration makes possible. `now` is the hub's clock, `timeoutMs` the longest a test call may take. */
export function partnerLinks(partners: HubConfig['partners'], timeoutMs: number, now: () => number): PartnerLinks {
  const { wms, buyer, mail, crm, riskList, kuaidi100, kdniao: bird, robots } = partners;
  const stock = wms?.snapshot === undefined ? null : new WmsStock({ snapshot: wms.snapshot, feed: wms.feed, secret: wms.secret, now });
  const customers = crm ? crmClient(crm) : null;
  const risk = riskList ? riskClient(riskList) : null;
  const reach = (url: string) => () => reachable(url, timeoutMs);
  const never = new AbortController().signal;
  return {
    stock,
    probes: {
      ...(wms && { wms: stock ? () => stock.page(null).then(nothing) : reach(wms.url) }),
      ...(buyer && { buyer: reach(buyer.url) }),
      ...(mail && { mail: () => checkMail({ ...mail, timeoutMs }) }),
      ...(customers && { crm: () => customers.tier(NOBODY, never).then(nothing) }),
      ...(risk && { 'risk-list': () => risk.score(NO_KEYS, never).then(nothing) }),
      ...(kuaidi100 && { kuaidi100: reach(kuaidi100.endpoint ?? KUAIDI100_ENDPOINT) }),
      ...(bird && { kdniao: reach(bird.endpoint ?? KDNIAO_ENDPOINT) }),
      ...(robots && robots.length > 0 && { robots: () => sayHello(robots, timeoutMs, now) }),
    },
  };
}

function nothing(): void {}

/** For partners every call of whom counts or costs: any answer but one of the 5xx shows that somebody is there. */
async function reachable(url: string, timeoutMs: number): Promise<void> {
  const { status } = await callPartner({ method: 'GET', url, headers: {}, timeoutMs });
  if (status >= 500) throw new PartnerError(`The partner answered HTTP ${status}.`);
}
