import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { ChannelError } from './errors.ts';
import type { HttpRequest, HttpResponse, Transport } from './transport.ts';

export interface TransportOptions {
  /** Longest wait for a whole answer, ms, unless a request names its own. */
  timeoutMs: number;
  /** Our clock, epoch ms. */
  now(): number;
}

/** The largest page of any platform is a few megabytes. */
const LARGEST_ANSWER = 32 * 1024 * 1024;
/** Connections one shop may hold open: what is read at once, and a few to spare. */
const SOCKETS = 16;

/** The network of one shop: connections of its own, so that a slow platform never takes one from another. */
export function axiosTransport({ timeoutMs, now }: TransportOptions): Transport {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: SOCKETS }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS }),
  };
  const closed = new AbortController();
  const client = axios.create({
    ...agents,
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LARGEST_ANSWER,
    responseType: 'arraybuffer',
    // Whatever came back is the adapter's to read; whatever was signed goes out as it is.
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
  });
  return {
    async send(request) {
      const sentAt = now();
      const config = configOf(request, timeoutMs);
      // The library's own limit is one of silence: a body that comes byte by byte would never end.
      const late = AbortSignal.timeout(config.timeout);
      try {
        return toResponse(await client.request<Buffer>({ ...config, signal: AbortSignal.any([closed.signal, late]) }), sentAt, now());
      } catch (error) {
        throw new ChannelError('transient', { detail: late.aborted ? 'ETIMEDOUT' : codeOf(error) });
      }
    },
    close() {
      closed.abort();
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function configOf({ method, url, headers, body, timeoutMs }: HttpRequest, longest: number) {
  const data = typeof body === 'string' ? Buffer.from(body) : body === undefined ? undefined : Buffer.from(body);
  return { method, url, headers: { accept: 'application/json', ...headers }, timeout: timeoutMs ?? longest, ...(data && { data }) };
}

function toResponse({ status, headers, data }: AxiosResponse<Buffer>, sentAt: number, receivedAt: number): HttpResponse {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && value !== null) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  const date = Date.parse(plain['date'] ?? '');
  return { status, headers: plain, body: data, sentAt, receivedAt, date: Number.isNaN(date) ? null : date };
}

/** The network's own word (`ECONNREFUSED`, `ECONNABORTED`); nothing of the request, which holds tokens. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? code : 'ENETWORK';
}
