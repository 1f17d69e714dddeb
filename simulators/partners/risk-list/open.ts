import { jsonAnswer } from '../../kit/http.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';

const KEYS = ['buyer', 'phone', 'address', 'ip', 'device'] as const;
/** Whatever looks like a phone number, a mail address or Chinese text is no keyed hash. */
const PLAIN = /^1\d{10}$|@|[\u4e00-\u9fff]/;

/** A list of risks: `POST /scores` with keyed hashes and a bearer token. Plain personal data is refused. */
export class RiskListSimulator extends Partner {
  readonly token = 'risk-simulated-token';
  /** Score and reasons by any of the keys. */
  readonly listed = new Map<string, { score: number; reasons: string[] }>();

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [], accepted: () => true });
  }

  start(): Promise<this> {
    return this.open('detail', (request) => {
      if (request.headers['authorization'] !== `Bearer ${this.token}`) {
        return this.refuse('token', jsonAnswer('{"error":"unauthorised"}', 401));
      }
      if (request.method !== 'POST' || request.path !== '/scores') return this.refuse('path', jsonAnswer('{"error":"not found"}', 404));
      const asked = JSON.parse(request.body.toString('utf8')) as Record<string, unknown>;
      const keys = KEYS.map((name) => asked[name]).filter((key) => typeof key === 'string');
      if (keys.some((key) => PLAIN.test(key))) return this.refuse('plain', jsonAnswer('{"error":"plain personal data"}', 422));
      const found = keys.map((key) => this.listed.get(key)).find((entry) => entry !== undefined);
      return jsonAnswer(JSON.stringify(found ?? { score: 0, reasons: [] }));
    });
  }
}

export function open(options: PartnerOptions): Promise<RiskListSimulator> {
  return new RiskListSimulator(options).start();
}
