import type { EvaluationNode } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import { fieldOf } from './catalogue.ts';

/**
 * Evidence is the list of comparisons that made a rule hit, with their values, as one stable text.
 * Two hits with the same text are the same evidence; `isCovered` also accepts evidence that became weaker.
 */
type Entry = [field: string, op: string, value: unknown];

/**
 * Figures that move by themselves with running averages (ratio, percent, km) count as new only when they are this much graver:
 * otherwise a released order would be stopped again because the shop's average slipped overnight.
 */
const DRIFT = 1.25;

function collect(node: EvaluationNode, wanted: 'true' | 'false', entries: Entry[]): void {
  if (node.outcome !== wanted) return;
  if (node.kind === 'compare')
    entries.push([node.field ?? '', wanted === 'true' ? (node.op ?? '') : `not ${node.op}`, node.actual ?? null]);
  else if (node.kind === 'not') for (const child of node.children ?? []) collect(child, wanted === 'true' ? 'false' : 'true', entries);
  else for (const child of node.children ?? []) collect(child, wanted, entries);
}

/** Fingerprint of what made a tree true. */
export function evidenceOf(tree: EvaluationNode): string {
  const entries: Entry[] = [];
  collect(tree, 'true', entries);
  return JSON.stringify(entries);
}

function readEntries(evidence: string): Entry[] {
  return JSON.parse(evidence) as Entry[];
}

function notGraver([field, op, value]: Entry, released: Entry[]): boolean {
  return released.some(([otherField, otherOp, other]) => {
    if (otherField !== field || otherOp !== op) return false;
    if (typeof value === 'number' && typeof other === 'number') {
      const unit = fieldOf(field)?.unit;
      const slack = unit === 'ratio' || unit === 'percent' || unit === 'km' ? DRIFT : 1;
      if (op === '>' || op === '>=') return value <= other * slack;
      if (op === '<' || op === '<=') return value >= other / slack;
      return value === other;
    }
    if (Array.isArray(value) && Array.isArray(other)) return value.every((word) => other.includes(word));
    return value === other;
  });
}

/** M6: did a person already release this, or graver, evidence of the same rule? Returns that clearance. */
export function coveringClearance(ruleId: string, evidence: string, clearances: readonly Clearance[]): Clearance | null {
  for (const clearance of clearances) {
    if (clearance.ruleId !== ruleId) continue;
    if (clearance.evidence === evidence) return clearance;
    const released = readEntries(clearance.evidence);
    if (readEntries(evidence).every((entry) => notGraver(entry, released))) return clearance;
  }
  return null;
}
