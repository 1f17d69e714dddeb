import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { PartnerError } from './policy.ts';

export interface PartnerAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** Who calls bounds his calls. A bound here would be one of an address, and a service that hangs would keep others behind it from being asked. */
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });
/** A page of stock is the largest answer a partner gives, in bytes. */
const LARGEST_ANSWER = 4 * 1024 * 1024;

export interface PartnerCall {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Bytes after unpacking; more is no answer. */
  largest?: number;
  /** Takes what was sent in confidence out of the answer (`concealer`). */
  conceal?: (text: string) => string;
}

/**
 * One HTTP call to a partner; any status is an answer. Rejects with PartnerError that names the network's code alone: addresses,
 * headers and bodies hold keys and personal data.
 */
export async function callPartner(request: PartnerCall): Promise<PartnerAnswer> {
  const { method, url, headers, body, timeoutMs, signal, largest = LARGEST_ANSWER, conceal } = request;
  // The library's own limit is one of silence: a body that comes byte by byte would never end.
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await axios.request<string>({
      ...{ method, url, headers, httpAgent, httpsAgent, timeout: timeoutMs },
      ...(body !== undefined && { data: body }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
      ...{ maxRedirects: 0, proxy: false, maxContentLength: largest, responseType: 'text' as const },
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
    const plain = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
    return { status: response.status, headers: Object.fromEntries(plain), text: conceal ? conceal(response.data) : response.data };
  } catch (error) {
    const code = late.aborted ? 'ETIMEDOUT' : axios.isAxiosError(error) ? error.code : undefined;
    if (error instanceof Error && error.message.startsWith('maxContentLength')) {
      throw new PartnerError(`The partner answered more than ${largest} bytes, which does not follow what was agreed.`, 'garbage');
    }
    throw new PartnerError(`The partner could not be reached (${code ?? 'no answer'}).`);
  }
}

/** The answer as JSON; PartnerError when it is none. */
export function jsonOf({ text }: PartnerAnswer): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new PartnerError('The partner answered something that is not JSON.', 'garbage');
  }
}
