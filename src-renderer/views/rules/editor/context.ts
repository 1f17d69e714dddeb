import { inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { LintFinding } from '#shared/contract/rule-work.ts';
import type { Condition } from '#shared/rule.ts';
import type { TreeChange, TreePath } from './tree.ts';

/** What the parts of one condition share: the whole, what is wrong where, and the way to change it. */
export interface ConditionContext {
  /** Tells this condition's drag and drop from that of others on the page. */
  id: string;
  root: Readonly<Ref<Condition>>;
  /** Where the condition stands in the draft: `rules.3.when`. */
  place: ComputedRef<string>;
  mayEdit: ComputedRef<boolean>;
  /** Findings by the stored path of the part they are marked at. */
  marks: ComputedRef<ReadonlyMap<string, readonly LintFinding[]>>;
  /** The part whose field is being chosen, or the group that gets a new one. */
  picking: Ref<string | null>;
  /** Takes a change over and puts the focus on what moved; null is a move that cannot be made. */
  apply(change: TreeChange | null): void;
  /** Puts another condition in the place of one; `typing` joins the step with the one before. */
  set(path: TreePath, node: Condition, typing: boolean): void;
  add(group: TreePath, index: number, field: string): void;
  openList(id: string): void;
}

const KEY: InjectionKey<ConditionContext> = Symbol('condition');
export function provideCondition(context: ConditionContext): void {
  provide(KEY, context);
}
export function useCondition(): ConditionContext {
  const context = inject(KEY);
  if (!context) throw new Error('useCondition() belongs below a ConditionEditor');
  return context;
}
