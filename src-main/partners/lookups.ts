import { z } from 'zod';
import type { CustomerLookup, RiskLookup } from '#main/hub/partner-ports.ts';
import { callPartner, jsonOf } from './call.ts';
import { PartnerError, partnerPolicy } from './policy.ts';

/** B3: what a judgement waits for a partner at most. */
export const CRM_TIMEOUT_MS = 800;
export const RISK_TIMEOUT_MS = 300;

const tierSchema = z.object({ tier: z.string().max(100), discountLimitPercent: z.number().min(0).max(100) });
const scoreSchema = z.object({ score: z.number().min(0).max(100), reasons: z.array(z.string().max(200)).max(20).default([]) });

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, accept: 'application/json' };
}

/** The customer system (docs/partners.md): `GET {url}/customers/{key}/tier`; 404 is a buyer it does not know. */
export function crmClient({ url, token }: { url: string; token: string }): CustomerLookup {
  const policy = partnerPolicy(CRM_TIMEOUT_MS);
  return {
    tier: (buyerKey, outer) =>
      policy(async (signal) => {
        const answer = await callPartner({
          method: 'GET',
          url: `${url.replace(/\/+$/, '')}/customers/${encodeURIComponent(buyerKey)}/tier`,
          headers: bearer(token),
          timeoutMs: CRM_TIMEOUT_MS,
          signal,
        });
        if (answer.status === 404) return null;
        if (answer.status !== 200) throw new PartnerError(`The customer system answered HTTP ${answer.status}.`);
        const tier = tierSchema.safeParse(jsonOf(answer));
        if (!tier.success) throw new PartnerError('The customer system answered something that does not follow docs/partners.md.');
        return tier.data;
      }, outer),
  };
}

/** The risk list (docs/partners.md): `POST {url}/scores` with keyed hashes, never with names, numbers or addresses. */
export function riskClient({ url, token }: { url: string; token: string }): RiskLookup {
  const policy = partnerPolicy(RISK_TIMEOUT_MS);
  return {
    score: (keys, outer) =>
      policy(async (signal) => {
        const answer = await callPartner({
          method: 'POST',
          url: `${url.replace(/\/+$/, '')}/scores`,
          headers: { ...bearer(token), 'content-type': 'application/json' },
          body: JSON.stringify(keys),
          timeoutMs: RISK_TIMEOUT_MS,
          signal,
        });
        if (answer.status !== 200) throw new PartnerError(`The risk list answered HTTP ${answer.status}.`);
        const score = scoreSchema.safeParse(jsonOf(answer));
        if (!score.success) throw new PartnerError('The risk list answered something that does not follow docs/partners.md.');
        return score.data;
      }, outer),
  };
}
