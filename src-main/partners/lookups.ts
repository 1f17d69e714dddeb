import { z } from 'zod';
import { concealer } from '#main/hub/concealer.ts';
import type { CheckLink, CustomerTier, PiecesAsked, PiecesTold, RiskKeys, RiskScore } from '#main/hub/partner-ports.ts';
import { callPartner, jsonOf } from './call.ts';
import type { PartnerAnswer } from './call.ts';
import { PartnerError, partnerPolicy } from './policy.ts';
import { signedHeaders, signingKey } from './standard-signature.ts';

/** B3: what a judgement waits for a partner at most. */
const CRM_TIMEOUT_MS = 800;
const WMS_TIMEOUT_MS = 500;
const RISK_TIMEOUT_MS = 300;
/** A call goes on this long after it was cut off: what it brings late still acts on the order. */
export const LATE_MS = 10_000;
/** A thousand places are a tenth of it; more is no answer of this contract. */
const LARGEST_ANSWER = 256 * 1024;

const tierSchema = z.object({ tier: z.string().max(100), discountLimitPercent: z.number().min(0).max(100) });
const scoreSchema = z.object({ score: z.number().min(0).max(100), reasons: z.array(z.string().max(200)).max(20).default([]) });
const pieces = z.number().int().nonnegative();
const piecesSchema = z.object({
  items: z.array(z.object({ sku: z.string().min(1), warehouse: z.string().min(1), spot: pieces, presale: pieces })).max(1_000),
});

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, accept: 'application/json' };
}

function base(url: string): string {
  return url.replace(/\/+$/, '');
}

function read<T>(schema: z.ZodType<T>, answer: PartnerAnswer, name: string, document: string): T {
  if (answer.status !== 200) throw new PartnerError(`${name} answered HTTP ${answer.status}.`);
  const parsed = schema.safeParse(jsonOf(answer));
  if (!parsed.success) throw new PartnerError(`${name} answered something that does not follow ${document}.`, 'garbage');
  return parsed.data;
}

/** One kind of question over HTTP, cut off after `timeoutMs`; the call itself goes on behind the cut-off. */
function link<Question, Value>(
  timeoutMs: number,
  call: (question: Question, signal: AbortSignal) => Promise<Value>,
): CheckLink<Question, Value> {
  const policy = partnerPolicy(timeoutMs);
  return {
    timeoutMs,
    state: policy.state,
    async ask(question, over, signal) {
      let made = false;
      try {
        const value = await policy(() => {
          made = true;
          const running = call(question, AbortSignal.any([signal, AbortSignal.timeout(LATE_MS)]));
          running.then(
            (told) => over({ value: told }),
            () => over(null),
          );
          return running;
        });
        return { ok: true, value };
      } catch (error) {
        if (!made) over(null);
        const known = error instanceof PartnerError ? error : new PartnerError('The call failed.');
        return { ok: false, why: known.why, error: known };
      }
    },
  };
}

/** The customer system (docs/partners.md): `GET {url}/customers/{key}/tier`; 404 with a JSON body is a buyer it does not know. */
export function crmClient({ url, token }: { url: string; token: string }): CheckLink<string, CustomerTier | null> {
  const common = { headers: bearer(token), timeoutMs: LATE_MS, largest: LARGEST_ANSWER, conceal: concealer([token]) };
  return link(CRM_TIMEOUT_MS, async (buyerKey, signal) => {
    const address = `${base(url)}/customers/${encodeURIComponent(buyerKey.toWellFormed())}/tier`;
    const answer = await callPartner({ ...common, method: 'GET', url: address, signal });
    if (answer.status !== 404) return read(tierSchema, answer, 'The customer system', 'docs/partners.md');
    // A page of a proxy or of a wrong address is no word about a buyer.
    jsonOf(answer);
    return null;
  });
}

/** The risk list (docs/partners.md): `POST {url}/scores` with keyed hashes, never with names, numbers or addresses. */
export function riskClient({ url, token }: { url: string; token: string }): CheckLink<RiskKeys, RiskScore> {
  const headers = { ...bearer(token), 'content-type': 'application/json' };
  const common = { headers, timeoutMs: LATE_MS, largest: LARGEST_ANSWER, conceal: concealer([token]) };
  return link(RISK_TIMEOUT_MS, async (keys, signal) => {
    const answer = await callPartner({ ...common, method: 'POST', url: `${base(url)}/scores`, body: JSON.stringify(keys), signal });
    return read(scoreSchema, answer, 'The risk list', 'docs/partners.md');
  });
}

/** The warehouse's live stock (docs/wms.md): a signed `POST {check}` with the places an order's pieces are to come from. */
export function wmsCheckClient(options: {
  url: string;
  secret: string;
  now: () => number;
}): CheckLink<readonly PiecesAsked[], PiecesTold[]> {
  const key = signingKey(options.secret);
  let calls = 0;
  return link(WMS_TIMEOUT_MS, async (items, signal) => {
    calls += 1;
    const now = options.now();
    const body = JSON.stringify({ items });
    const headers = { 'content-type': 'application/json', ...signedHeaders(key, `check_${now}_${calls}`, now, body) };
    const answer = await callPartner({
      method: 'POST',
      url: options.url,
      headers,
      body,
      timeoutMs: LATE_MS,
      largest: LARGEST_ANSWER,
      signal,
    });
    return read(piecesSchema, answer, 'The warehouse', 'docs/wms.md').items;
  });
}
