import type { ShipRequest } from '../client.ts';
import { ChannelError, hasCode } from '../errors.ts';
import type { ChannelErrorDetails } from '../errors.ts';

/** The tracking numbers an order has at the platform; empty ones are none. `complete`: it takes no parcel beside these. */
export interface Parcels {
  numbers: readonly string[];
  complete: boolean;
}

/**
 * Ships without ever shipping twice: from the second attempt on, and whenever the platform says that it is done already, `look`
 * tells whether it was this parcel. ChannelError `refused` when it was another: that is for a person to judge.
 */
export async function shipOnce(
  { attempt, trackingNumber }: Pick<ShipRequest, 'attempt' | 'trackingNumber'>,
  look: () => Promise<Parcels>,
  send: () => Promise<unknown>,
): Promise<void> {
  if (attempt > 1) {
    const { numbers, complete } = await look();
    if (numbers.includes(trackingNumber)) return;
    if (complete && numbers.some((number) => number !== '')) throw otherParcel(numbers, trackingNumber);
  }
  try {
    await send();
  } catch (error) {
    if (!hasCode(error, 'already-done')) throw error;
    const { numbers } = await look();
    if (!numbers.includes(trackingNumber)) throw otherParcel(numbers, trackingNumber, error.details);
  }
}

/** The person who has to judge sees the number that is there, beside what the platform said. */
function otherParcel(numbers: readonly string[], expected: string, told: ChannelErrorDetails = {}): ChannelError {
  const found = numbers.filter((number) => number !== '').join(', ');
  const platformMessage = [told.platformMessage ?? '', found].filter((words) => words !== '').join(' ');
  return new ChannelError('refused', { ...told, platformMessage, expected, found });
}

/** The platform's word for our carrier; ChannelError `unsupported` when it has none. */
export function carrierCode(codeOf: (carrier: string) => string | null, carrier: string): string {
  const code = codeOf(carrier);
  if (code === null) throw new ChannelError('unsupported', { detail: carrier });
  return code;
}
