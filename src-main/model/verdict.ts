import type { CaseRole, OrderGrade } from '#shared/order.ts';
import type { HoldPolicy } from '#shared/rule.ts';
import type { LocalisedText, Severity } from '#shared/text.ts';

/** Value of one catalogue field for one order; null is "not known", which is not "no". */
export type FieldValue = number | string | boolean | string[] | null;

/** One rule that hit, as stored with the verdict. */
export interface Hit {
  ruleId: string;
  ruleVersion: number;
  severity: Severity;
  action: 'task' | 'hold' | 'freeze';
  role: CaseRole;
  stock: 'keep' | 'free';
  /** What a hold it opens allows; absent: as the workspace does. */
  hold?: HoldPolicy;
  sentence: LocalisedText;
  /** Fingerprint of the evidence, for clearances. */
  evidence: string;
}

/**
 * A stored decision. `inputs` are the values of every field the rule set reads, in the order of the compiled set's
 * field list, so that the very same evaluation can be run again years later (M5).
 */
export interface VerdictRecord {
  orderNo: string;
  orderVersion: number;
  at: number;
  ruleSetVersion: number;
  grade: OrderGrade;
  healthScore: number;
  hits: Hit[];
  fields: string[];
  inputs: FieldValue[];
}
