import type { HubConfig } from '#main/hub/config.ts';
import type { Deliverer } from '#main/hub/ports.ts';
import { trackingDeliverer } from './carriers/deliverer.ts';
import { kdniao } from './carriers/kdniao.ts';
import { kuaidi100 } from './carriers/kuaidi100.ts';
import { mailDeliverer } from './mail.ts';
import { robotDeliverer } from './robots/robot.ts';
import { signedHttpDeliverer } from './signed-http.ts';

/** The targets a configuration names. `now` is the hub's clock, `timeoutMs` the longest one attempt may take. */
export function deliverersOf(partners: HubConfig['partners'], timeoutMs: number, now: () => number): Deliverer[] {
  const deliverers: Deliverer[] = [];
  const { wms, buyer, mail, robots = [] } = partners;
  if (wms) {
    const { url, secret } = wms;
    deliverers.push(signedHttpDeliverer({ target: 'wms', topics: ['wms.ship', 'wms.hold', 'wms.recall'], url, secret, timeoutMs, now }));
  }
  if (buyer) deliverers.push(signedHttpDeliverer({ target: 'buyer', topics: ['buyer.message'], ...buyer, timeoutMs, now }));
  if (mail) deliverers.push(mailDeliverer({ ...mail, timeoutMs }));
  for (const [index, { kind, url, secret }] of robots.entries()) {
    deliverers.push(robotDeliverer(`robot:${index + 1}:${kind}`, { kind, url, secret, timeoutMs, now }));
  }
  const tracking = trackingOf(partners, timeoutMs, now);
  return tracking ? [...deliverers, tracking] : deliverers;
}

/** One service follows the parcels, because each of them is charged for: kuaidi100 where it is configured, else Kdniao. */
function trackingOf({ kuaidi100: hundred, kdniao: bird }: HubConfig['partners'], timeoutMs: number, now: () => number): Deliverer | null {
  if (hundred) {
    const { key, callbackUrl, salt, endpoint } = hundred;
    return trackingDeliverer('kuaidi100', kuaidi100({ key, callbackUrl, salt, endpoint, timeoutMs }), now);
  }
  if (!bird) return null;
  const { businessId, apiKey, endpoint, sender } = bird;
  return trackingDeliverer('kdniao', kdniao({ businessId, apiKey, endpoint, sender, timeoutMs }), now);
}
