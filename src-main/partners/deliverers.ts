import type { HubConfig } from '#main/hub/config.ts';
import type { Deliverer } from '#main/hub/ports.ts';
import { mailDeliverer } from './mail.ts';
import { signedHttpDeliverer } from './signed-http.ts';

/** The targets a configuration names. `now` is the hub's clock, `timeoutMs` the longest one attempt may take. */
export function deliverersOf(partners: HubConfig['partners'], timeoutMs: number, now: () => number): Deliverer[] {
  const deliverers: Deliverer[] = [];
  const { wms, buyer, mail } = partners;
  if (wms) {
    deliverers.push(signedHttpDeliverer({ target: 'wms', topics: ['wms.ship', 'wms.hold', 'wms.recall'], ...wms, timeoutMs, now }));
  }
  if (buyer) deliverers.push(signedHttpDeliverer({ target: 'buyer', topics: ['buyer.message'], ...buyer, timeoutMs, now }));
  if (mail) deliverers.push(mailDeliverer({ ...mail, timeoutMs }));
  return deliverers;
}
