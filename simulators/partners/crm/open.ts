import { jsonAnswer } from '../../kit/http.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';

/** A customer system: `GET /customers/{key}/tier` with a bearer token; 404 for a buyer it does not know. */
export class CustomerSimulator extends Partner {
  readonly token = 'crm-simulated-token';
  readonly tiers = new Map<string, { tier: string; discountLimitPercent: number }>();

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [], accepted: () => true });
  }

  start(): Promise<this> {
    return this.open('detail', (request) => {
      if (request.headers['authorization'] !== `Bearer ${this.token}`) {
        return this.refuse('token', jsonAnswer('{"error":"unauthorised"}', 401));
      }
      const key = /^\/customers\/([^/]+)\/tier$/.exec(request.path)?.[1];
      const tier = key === undefined ? undefined : this.tiers.get(decodeURIComponent(key));
      return tier ? jsonAnswer(JSON.stringify(tier)) : jsonAnswer('{"error":"not found"}', 404);
    });
  }
}

export function open(options: PartnerOptions): Promise<CustomerSimulator> {
  return new CustomerSimulator(options).start();
}
