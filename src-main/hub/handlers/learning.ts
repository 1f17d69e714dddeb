import { Buffer } from 'node:buffer';
import type { Handlers } from '#main/gateway/dispatch.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { dayText } from '#main/reports/format.ts';
import { reportPage } from '#main/reports/page.ts';
import { reportWorkbook } from '#main/reports/workbook.ts';
import type { BehindRows } from '#main/reports/workbook.ts';
import type { Report } from '#shared/contract/reports.ts';
import type { reportMethods, suggestionMethods, outcomeMethods } from '#shared/contract/reports.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { HubContext } from '../context.ts';
import { nextReportAt } from '../learning/schedule.ts';
import { readable } from './lookup.ts';

type LearningHandlers = Pick<Handlers, keyof typeof reportMethods | keyof typeof suggestionMethods | keyof typeof outcomeMethods>;

const MIME = { xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', html: 'text/html;charset=utf-8' };

/** Outcomes, reports and suggestions (I1 to I3). */
export function learningHandlers(context: HubContext): LearningHandlers {
  const { store, clock, learning } = context;
  return {
    'reports.list': (page) => ({
      ...store.learning.reports.list(page),
      nextWeekly: nextReportAt('weekly', clock.now()),
      nextMonthly: nextReportAt('monthly', clock.now()),
      making: learning.making,
    }),
    'reports.get': ({ id }) => reportOf(context, id),
    'reports.orders': ({ id, group, ...page }) => {
      reportOf(context, id);
      return store.learning.reports.orders(id, group, page);
    },
    'reports.make': ({ kind }, who) => learning.make(kind, who),
    'reports.export': async ({ id, format, language }) => {
      const report = reportOf(context, id);
      const content =
        format === 'html'
          ? Buffer.from(reportPage(report, language))
          : await reportWorkbook(report, behindOf(context, report), language, () => context.turn());
      const name = `orderpulse-${report.kind}-${dayText(report.from)}.${format}`;
      return { name, mime: MIME[format], base64: Buffer.from(content).toString('base64') };
    },
    'suggestions.current': () => learning.suggestions(),
    'suggestions.look': (_, who) => learning.look(who),
    'suggestions.cancel': (_, who) => learning.cancelLook(who),
    'suggestions.setBound': ({ mostFalseKills }, who) => learning.setBound(mostFalseKills, who),
    'suggestions.draft': ({ id }, who) => learning.draft(id, who),
    'outcomes.inspect': ({ id, columns }) => readable(() => learning.inspect(id, columns)),
    'outcomes.take': ({ id, columns }, who) => readable(() => learning.take(id, columns, who)),
    'outcomes.counts': () => ({ ...store.learning.counts(), behind: store.learning.progress().behind }),
  };
}

function reportOf({ store }: HubContext, id: number): Report {
  const report = store.learning.reports.get(id);
  if (!report) throw new Refusal('not_found', { zh: `没有报告 ${id}`, en: `There is no report ${id}` });
  return report;
}

/** The orders kept behind the figures and rules of a report, each group once. */
function behindOf({ store }: HubContext, { id, figures, rules }: Report): BehindRows {
  const names = new Map<string, LocalisedText>();
  for (const { orders, name } of [...figures, ...rules]) if (orders && !names.has(orders.group)) names.set(orders.group, name);
  return [...names].map(([group, name]) => ({
    name,
    orderNos: store.learning.reports.orders(id, group, { limit: 1_000, after: null }).items.map(({ orderNo }) => orderNo),
  }));
}
