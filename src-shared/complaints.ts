import { z } from 'zod';
import type { LocalisedText } from './text.ts';

/** Complaint classes (A4). A rule of this product, not a word of any platform; each channel's mapping leads to one. */
export const COMPLAINT_CLASSES = ['A', 'B', 'C', 'D'] as const;
export const complaintClassSchema = z.enum(COMPLAINT_CLASSES);
export type ComplaintClass = z.infer<typeof complaintClassSchema>;

export const COMPLAINT_NAMES: Record<ComplaintClass, LocalisedText> = {
  A: { zh: 'A 类：仅退款', en: 'A: refund only' },
  B: { zh: 'B 类：退货退款', en: 'B: return and refund' },
  C: { zh: 'C 类：换货、补发、维修', en: 'C: exchange, resend or repair' },
  D: { zh: 'D 类：价保及其他', en: 'D: price protection and other' },
};
