import { businessDayStart, DAY } from '#shared/time.ts';
import type { MethodOutput, Role } from '#shared/contract/index.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import { conditionText } from '#main/rules/index.ts';
import type { HubContext } from '../context.ts';
import { seesPlain } from '../rules/rule-desk.ts';
import { vocabulary } from '../rules/vocabulary.ts';

type RuleHandlers = Omit<Pick<Handlers, Extract<keyof Handlers, `rules.${string}`>>, `rules.trial${string}`>;

const RULE_DAYS = 7;

/** Rules (B5): what is in force and what it did, drafts and versions, and applying them to open orders. */
export function ruleHandlers(context: HubContext): RuleHandlers {
  const { desk, runs } = context.ruleWork;
  return {
    'rules.list': (_params, { role }) => rulesOf(context, role),
    'rules.failing': () => ({ items: failingOf(context) }),
    'rules.catalogue': () =>
      vocabulary({ shops: context.shops.all, provinces: context.places.provinces, radarModels: context.radar.names() }),
    'rules.lint': ({ body }) => desk.lint(body),
    'rules.drafts': ({ all }, who) => desk.drafts(all, who),
    'rules.draft': ({ id }, who) => desk.draft(id, who),
    'rules.draft.create': (params, who) => desk.create(params, who),
    'rules.draft.save': (params, who) => desk.save(params, who),
    'rules.draft.rebase': (params, who) => desk.rebase(params, who),
    'rules.draft.discard': (params, who) => desk.discard(params, who),
    'rules.draft.submit': (params, who) => desk.submit(params, who),
    'rules.draft.withdraw': (params, who) => desk.withdraw(params, who),
    'rules.draft.approve': (params, who) => desk.approve(params, who),
    'rules.draft.reject': (params, who) => desk.reject(params, who),
    'rules.versions': (params) => desk.versions(params),
    'rules.diff': (params, who) => desk.diff(params, who),
    'rules.rollBack': (params, who) => desk.rollBack(params, who),
    'rules.export': (params) => desk.export(params),
    'rules.apply.preview': (_params, { operator }) => runs.preview(operator),
    'rules.apply.changes': (params) => runs.changes(params),
    'rules.apply.run': ({ id }, { operator }) => runs.run(id, operator),
    'rules.apply.undo': ({ id }, { operator }) => runs.undo(id, operator),
    'rules.apply.last': () => runs.last(),
  };
}

function failingOf({ rules }: HubContext): MethodOutput<'rules.failing'>['items'] {
  const items = [...rules.failing].flatMap(([ruleId, failing]) => {
    const rule = rules.rule(ruleId);
    return rule ? [{ ruleId, name: rule.name, ...failing }] : [];
  });
  return items.toSorted((one, other) => other.judgements - one.judgements);
}

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

function rulesOf({ store, rules, ruleWork, clock }: HubContext, role: Role): MethodOutput<'rules.list'> {
  const now = clock.now();
  const today = businessDayStart(now);
  const days = Array.from({ length: RULE_DAYS }, (_, index) => today - (RULE_DAYS - 1 - index) * DAY);
  const figures = new Map(store.queries.ruleFigures(days, now).map((figure) => [figure.ruleId, figure]));
  const connected = ruleWork.connected();
  const shown = seesPlain(role) ? { rules: rules.current.rules, legend: rules.legend } : rules.masked;
  return {
    version: rules.current.version,
    publishedAt: rules.publishedAt,
    legend: shown.legend,
    items: shown.rules.map((rule) => {
      const figure = figures.get(rule.id);
      const dated = (rule.effectiveFrom ?? 0) <= now && now < (rule.effectiveTo ?? Infinity);
      const on = connected.has(rule.source) ? 'on' : 'waiting';
      return {
        rule,
        state: rule.enabled && dated ? on : 'off',
        hits7d: figure?.hits ?? 0,
        released7d: figure?.released ?? 0,
        hitsPerDay: figure?.hitsPerDay ?? days.map(() => 0),
        falseKillShare: figure ? shareOf(figure.released, figure.decided) : null,
        falseKillSharePerDay: days.map((_, day) => shareOf(figure?.releasedPerDay[day] ?? 0, figure?.decidedPerDay[day] ?? 0)),
        conditionText: conditionText(rule.when),
        failing: rules.failing.get(rule.id) ?? null,
      };
    }),
  };
}
