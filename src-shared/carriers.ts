import { z } from 'zod';
import type { LocalisedText } from './text.ts';

/** Parcel carriers by our own id; every channel and tracking service maps it to its own code. */
export const CARRIERS = {
  sf: { zh: '顺丰速运', en: 'SF Express' },
  sto: { zh: '申通快递', en: 'STO' },
  yto: { zh: '圆通速递', en: 'YTO' },
  zto: { zh: '中通快递', en: 'ZTO' },
  yunda: { zh: '韵达快递', en: 'Yunda' },
  jt: { zh: '极兔速递', en: 'J&T' },
  jd: { zh: '京东物流', en: 'JD Logistics' },
  ems: { zh: '邮政 EMS', en: 'EMS' },
  deppon: { zh: '德邦快递', en: 'Deppon' },
  other: { zh: '其他', en: 'Other' },
} as const satisfies Record<string, LocalisedText>;
export type CarrierId = keyof typeof CARRIERS;
export const carrierIdSchema = z.enum(Object.keys(CARRIERS) as [CarrierId, ...CarrierId[]]);
