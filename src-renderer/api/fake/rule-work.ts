import type { EventName, EventPayload, MethodOutput } from '#shared/contract/index.ts';
import type { Trial } from '#shared/contract/rule-runs.ts';
import type { RuleBody, RuleDifference, RuleDraft, RuleVersion } from '#shared/contract/rule-work.ts';
import { ruleSchema, type Rule } from '#shared/rule.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import { FakeRefusal, type Answers } from './refusal.ts';
import { CATALOGUE } from './rule-catalogue.ts';
import { lintBody } from './rule-lint.ts';
import { ruleList } from './rules.ts';
import { trialOf, trialOrders } from './rule-trial.ts';
import { summary, type World } from './world.ts';

const ME = '林晓';
const OTHER = '周宁';
/** All who may publish rules there. */
const STAFF = [ME, OTHER];
const TRIAL_LASTS = 3 * SECOND;
const TRIAL_STEPS = 6;

/** Sends an event of the invented hub. */
export type Publish = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** Drafts, versions, trial and applying on the invented hub: everything the page can do, in memory. */
export function ruleAnswers(world: World, now: () => number, tell: Publish): Answers {
  const listed = ruleList(now());
  const shipped: RuleBody = { rules: listed.items.map(({ rule }) => rule), lists: listed.legend.words };
  const bodies = new Map<number, RuleBody>([[listed.version, shipped]]);
  const versions: RuleVersion[] = [
    {
      version: listed.version,
      publishedAt: listed.publishedAt,
      by: ME,
      approvedBy: OTHER,
      note: '双十一前调低优惠上限',
      origin: 'draft',
      rules: 7,
      current: true,
    },
  ];
  const drafts = new Map<string, RuleDraft>();
  const trials = new Map<string, { trial: Trial; cancelled: boolean }>();
  let run: MethodOutput<'rules.apply.last'>['run'] = null;
  let applied: MethodOutput<'rules.apply.last'>['applied'] = null;
  let count = 0;

  const waitingCount = (): number => [...drafts.values()].filter(({ state }) => state === 'submitted').length;
  const newest = (): number => versions[0]?.version ?? 1;
  function changesOf(body: RuleBody, base: number): RuleDraft['changes'] {
    const before = new Map(rulesOf(bodies.get(base) ?? shipped).map((rule) => [rule.id, JSON.stringify(rule)]));
    const after = new Map(rulesOf(body).map((rule) => [rule.id, JSON.stringify(rule)]));
    return {
      added: [...after.keys()].filter((id) => !before.has(id)).length,
      changed: [...after].filter(([id, rule]) => before.has(id) && before.get(id) !== rule).length,
      removed: [...before.keys()].filter((id) => !after.has(id)).length,
    };
  }
  function open(title: string, author: string, body: RuleBody): RuleDraft {
    count += 1;
    const draft: RuleDraft = {
      ...{ id: `draft-${count}`, title, author, state: 'open', revision: 1, basedOn: newest(), updatedAt: now(), submittedAt: null },
      ...{
        note: '',
        decidedBy: null,
        reason: null,
        changes: changesOf(body, newest()),
        writers: [author],
        approvers: STAFF.filter((one) => one !== author),
        mayApprove: false,
        body,
        ...lintBody(body),
      },
    };
    drafts.set(draft.id, draft);
    return draft;
  }
  const wrote = ({ writers }: RuleDraft): Pick<RuleDraft, 'writers'> => ({ writers: [...new Set([...writers, ME])] });
  function find(key: { id: string; revision?: number }): RuleDraft {
    const draft = drafts.get(key.id);
    if (!draft) throw new FakeRefusal('not_found');
    if (key.revision !== undefined && key.revision !== draft.revision) throw new FakeRefusal('stale_version');
    return draft;
  }
  function move(draft: RuleDraft, part: Partial<RuleDraft>): RuleDraft {
    const moved = { ...draft, ...part, revision: draft.revision + 1, updatedAt: now() };
    const approvers = STAFF.filter((one) => !moved.writers.includes(one));
    const next = { ...moved, approvers, mayApprove: moved.state === 'submitted' && approvers.includes(ME) };
    drafts.set(draft.id, next);
    tell('rules.changed', {
      version: newest(),
      publishedAt: versions[0]?.publishedAt ?? now(),
      waiting: waitingCount(),
      draft: draft.id,
    });
    return structuredClone(next);
  }
  function publish(draft: RuleDraft, by: string | null, origin: RuleVersion['origin'] = 'draft'): number {
    const version = newest() + 1;
    versions.forEach((one) => (one.current = false));
    versions.unshift({
      version,
      publishedAt: now(),
      by: draft.author,
      approvedBy: by,
      note: draft.note,
      origin,
      rules: draft.body.rules.length,
      current: true,
    });
    bodies.set(version, draft.body);
    return version;
  }
  function bodyOf(reference: { version: number } | { draft: string }): RuleBody {
    return 'draft' in reference ? find({ id: reference.draft }).body : (bodies.get(reference.version) ?? shipped);
  }
  const waiting = open('大促：首单高额先审', OTHER, {
    ...shipped,
    rules: shipped.rules.map((rule) => ((rule as Rule).id === 'amount-spike' ? { ...(rule as Rule), severity: 'high' as const } : rule)),
  });
  move(waiting, { state: 'submitted', submittedAt: now() - 20 * MINUTE, note: '首单高额退货率高，提到高风险' });

  return {
    'rules.failing': () => ({ items: [] }),
    'rules.catalogue': () => CATALOGUE,
    'rules.lint': ({ body }) => lintBody(body),
    'rules.drafts': ({ all }) => ({
      items: [...drafts.values()].filter(({ state }) => all || ['open', 'submitted', 'rejected'].includes(state)).reverse(),
      twoPersons: true,
    }),
    'rules.draft': (key) => structuredClone(find(key)),
    'rules.draft.create': ({ title, from }) => {
      const body =
        typeof from === 'string'
          ? shipped
          : 'version' in from
            ? (bodies.get(from.version) ?? shipped)
            : (JSON.parse(from.json) as RuleBody);
      return structuredClone(open(title, ME, { rules: body.rules, lists: body.lists }));
    },
    'rules.draft.save': ({ id, revision, title, body }) => {
      const draft = find({ id, revision });
      return move(draft, {
        title: title ?? draft.title,
        body,
        changes: changesOf(body, draft.basedOn),
        state: 'open',
        ...wrote(draft),
        ...lintBody(body),
      });
    },
    'rules.draft.rebase': (key) => ({ draft: move(find(key), { basedOn: newest() }), conflicts: [] }),
    'rules.draft.discard': (key) => move(find(key), { state: 'discarded' }),
    'rules.draft.submit': ({ note, ...key }) => ({
      draft: move(find(key), { state: 'submitted', submittedAt: now(), note, ...wrote(find(key)) }),
      published: null,
    }),
    'rules.draft.withdraw': (key) => move(find(key), { state: 'open' }),
    'rules.draft.approve': (key) => {
      const draft = find(key);
      const published = publish(draft, ME);
      return { draft: move(draft, { state: 'published', decidedBy: ME }), published };
    },
    'rules.draft.reject': ({ reason, ...key }) => move(find(key), { state: 'rejected', decidedBy: ME, reason }),
    'rules.versions': () => ({ items: structuredClone(versions), next: null }),
    'rules.diff': ({ from, to }) => ({ items: differences(bodyOf(from), bodyOf(to)) }),
    'rules.rollBack': ({ version, note }) => {
      const draft = open(`v${version}`, ME, bodies.get(version) ?? shipped);
      const published = publish({ ...draft, note }, OTHER, 'roll-back');
      return { draft: move(draft, { state: 'published' }), published };
    },
    'rules.export': (reference) => ({ name: 'rules.json', json: JSON.stringify({ version: newest(), ...bodyOf(reference) }, null, 2) }),
    'rules.trial.start': ({ draft, revision, days }) => {
      const trial = trialOf(find({ id: draft }), revision, days, newest(), now());
      trials.set(draft, { trial, cancelled: false });
      for (let step = 1; step <= TRIAL_STEPS; step += 1) {
        setTimeout(() => tell('trial.changed', { trial: progress(trial) }), (step * TRIAL_LASTS) / TRIAL_STEPS + 20);
      }
      return progress(trial);
    },
    'rules.trial': ({ id }) => progress(trialBy(id)),
    'rules.trial.last': ({ draft }) => {
      const known = trials.get(draft);
      return { trial: known ? progress(known.trial) : null };
    },
    'rules.trial.cancel': ({ id }) => {
      const known = [...trials.values()].find(({ trial }) => trial.id === id);
      if (known) known.cancelled = true;
      return progress(trialBy(id));
    },
    'rules.trial.orders': ({ change }) => ({ items: trialOrders(world, change ?? 'newly-stopped'), next: null }),
    'rules.apply.preview': () => (run = applyRun('previewed')),
    'rules.apply.changes': () => ({
      items: world.orders
        .filter(({ hold }) => hold !== null)
        .slice(0, 3)
        .map((order) => ({
          ...{ orderNo: order.orderNo, version: order.version, order: summary(order), change: 'freeze' as const },
          sentence: { zh: '首单且金额超过 5000 元：改为冻结', en: 'First order above 5000 CNY: becomes frozen' },
        })),
      next: null,
    }),
    'rules.apply.run': () => (applied = run = { ...(run ?? applyRun('previewed')), state: 'applied', undoUntil: now() + 10 * MINUTE }),
    'rules.apply.undo': () => (applied = run = { ...(applied ?? applyRun('previewed')), state: 'undone', undoUntil: null }),
    'rules.apply.last': () => ({ run, applied }),
  };

  function trialBy(id: string): Trial {
    const known = [...trials.values()].find(({ trial }) => trial.id === id);
    if (!known) throw new FakeRefusal('not_found');
    return known.trial;
  }
  function progress(trial: Trial): Trial {
    const known = [...trials.values()].find((one) => one.trial === trial);
    const share = Math.min(1, (now() - trial.startedAt) / TRIAL_LASTS);
    if (known?.cancelled) return { ...trial, state: 'cancelled', judged: Math.round(trial.orders * share) };
    return share < 1 ? { ...trial, state: 'running', endedAt: null, judged: Math.round(trial.orders * share) } : trial;
  }
  function applyRun(state: 'previewed'): NonNullable<typeof run> {
    const counts = { hold: 0, freeze: Math.min(3, world.held().length), release: 0, reasons: 0, task: 0 };
    return { id: `run-${now()}`, ruleSetVersion: newest(), at: now(), by: ME, state, counts, leftAlone: [], undoUntil: null };
  }
}

function rulesOf(body: RuleBody): Rule[] {
  return body.rules.map((raw) => ruleSchema.safeParse(raw)).flatMap((result) => (result.success ? [result.data] : []));
}

function differences(from: RuleBody, to: RuleBody): RuleDifference[] {
  const before = new Map(rulesOf(from).map((rule) => [rule.id, rule]));
  const after = new Map(rulesOf(to).map((rule) => [rule.id, rule]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id): RuleDifference[] => {
    const [old, next] = [before.get(id), after.get(id)];
    const rule = next ?? old;
    if (!rule || JSON.stringify(old) === JSON.stringify(next)) return [];
    const saidOf = (one: Rule | undefined) => lintBody({ rules: one ? [one] : [], lists: {} }).readings[0]?.condition ?? null;
    const severityOf = (one: Rule | undefined) => (one ? { zh: one.severity, en: one.severity } : null);
    return [
      {
        ...{ kind: !old ? 'added' : !next ? 'removed' : 'changed', of: 'rule', id, name: rule.name },
        parts: [
          { label: { zh: '条件', en: 'Condition' }, before: saidOf(old), after: saidOf(next) },
          { label: { zh: '风险', en: 'Severity' }, before: severityOf(old), after: severityOf(next) },
        ].filter((part) => part.before?.zh !== part.after?.zh),
      },
    ];
  });
}
