import { noFaults } from '../../../simulators/kit/faults.ts';
import type { PartnerOptions } from '../../../simulators/partners/partner.ts';
import type { TestHub } from './hub.ts';

/** A partner on loopback that runs by the real clock and calls this hub. */
export function openPartner<P>(open: (options: PartnerOptions) => Promise<P>, hub: TestHub): Promise<P> {
  const after = (delayMs: number, task: () => void): (() => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  };
  return open({ now: Date.now, after, chance: Math.random, faults: noFaults(), hub: hub.url });
}
