import { fieldIdOf, type Condition } from '#shared/rule.ts';
import { closed } from './ranges.ts';
import { both, constraintOf, implies, isImpossible, type Constraint, type LintContext } from './constraint.ts';

/** Fields and what each has to be, all together. A field that is named must be known. */
export type Conjunction = ReadonlyMap<string, Constraint>;
/** True when one of the conjunctions is; none: never true. */
export type NormalForm = readonly Conjunction[];

/** A condition with more ways to be true than this is not looked into: lint then says nothing about it. */
const MOST_WAYS = 256;

/** Fields that are unknown on a first order, because they speak of earlier ones. */
const OF_THE_PAST = ['customer-average', 'customer-refund-share', 'amount-vs-customer-average', 'distance-from-usual-area'];

/** What fields say about each other. Null: the conjunction can never be true. */
function related(conjunction: Conjunction): Conjunction | null {
  const first = conjunction.get('first-order');
  const orders = conjunction.get('customer-orders');
  if (first?.kind !== 'truths' || first.allowed.length !== 1) return conjunction;
  const isFirst = first.allowed[0] === true;
  if (isFirst && OF_THE_PAST.some((field) => conjunction.has(field))) return null;
  if (orders?.kind !== 'numbers') return conjunction;
  const { lowest, highest } = orders.domain;
  const narrowed = both(orders, { ...orders, ranges: [isFirst ? closed(lowest, lowest) : closed(lowest + 1, highest)] });
  return isImpossible(narrowed) ? null : new Map(conjunction).set('customer-orders', narrowed);
}

function join(a: Conjunction, b: Conjunction): Conjunction | null {
  const joined = new Map(a);
  for (const [field, constraint] of b) {
    const known = joined.get(field);
    const together = known ? both(known, constraint) : constraint;
    if (isImpossible(together)) return null;
    joined.set(field, together);
  }
  return related(joined);
}

function product(forms: readonly NormalForm[]): NormalForm | null {
  let ways: NormalForm = [new Map()];
  for (const form of forms) {
    if (ways.length * form.length > MOST_WAYS * 4) return null;
    ways = ways.flatMap((one) => form.flatMap((other) => join(one, other) ?? []));
    if (ways.length > MOST_WAYS) return null;
  }
  return ways;
}

/**
 * The ways in which a condition (or, negated, its opposite) is surely true, as conjunctions of one constraint a field. Null: too many
 * to look at. "True" is Kleene's: what rests on an unknown value is not.
 */
export function normalForm(condition: Condition, context: LintContext, negated = false): NormalForm | null {
  if ('not' in condition) return normalForm(condition.not, context, !negated);
  if (!('all' in condition) && !('any' in condition)) {
    const constraint = constraintOf(condition, negated, context);
    if (!constraint) return null;
    return isImpossible(constraint) ? [] : [new Map([[fieldIdOf(condition), constraint]])];
  }
  const children = 'all' in condition ? condition.all : condition.any;
  const forms: NormalForm[] = [];
  for (const child of children) {
    const form = normalForm(child, context, negated);
    if (!form) return null;
    forms.push(form);
  }
  if ('all' in condition !== negated) return product(forms);
  const ways = forms.flat();
  return ways.length > MOST_WAYS ? null : ways;
}

/** Is the second true whenever the first is? A no may be too careful, a yes never is. */
export function covers(narrow: NormalForm, wide: NormalForm): boolean {
  return narrow.every((one) =>
    wide.some((other) => {
      for (const [field, constraint] of other) {
        const mine = one.get(field);
        if (!mine || !implies(mine, constraint)) return false;
      }
      return true;
    }),
  );
}
