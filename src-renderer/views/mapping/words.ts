import type { ComplaintClass } from '#shared/complaints.ts';
import type { OrderStatus } from '#shared/order.ts';
import { t } from '../../locales/texts.ts';
import type { MEANINGS, Table } from './edits.ts';

/** A meaning in words; the tables hold different kinds of them. */
export function meaningWords(table: Table, meaning: string): string {
  if (table === 'statuses') return t(`common.status.${meaning as OrderStatus}`);
  if (table === 'refunds') return t(`mapping.refundMeaning.${meaning as (typeof MEANINGS)['refunds'][number]}`);
  return t(`mapping.complaintClass.${meaning as ComplaintClass}`);
}
