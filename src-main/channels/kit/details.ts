import type { ChannelAccess, Fetched, RawPayload } from '../client.ts';
import { hasCode } from '../errors.ts';

/** One detail as the platform told it. `sentAt`: our clock when it was asked for. */
export interface Detail {
  payload: RawPayload;
  sentAt: number;
}

/** Details one after the other. An id the platform does not know has no payload; every other error ends the round. */
export async function eachDetail(
  { now }: Pick<ChannelAccess, 'now'>,
  ids: readonly string[],
  ask: (id: string) => Promise<Detail>,
): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const id of ids) {
    try {
      const { payload, sentAt } = await ask(id);
      fetched.push({ id, payload, observedAt: sentAt });
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
      fetched.push({ id, payload: null, observedAt: now() });
    }
  }
  return fetched;
}
