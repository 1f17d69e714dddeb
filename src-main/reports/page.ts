import type { Report } from '#shared/contract/reports.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { businessDateTime } from '#shared/time.ts';
import { countsText, dayText, figureText, minutes, periodText, shareText } from './format.ts';
import { HEADINGS, KIND_NAMES, missesNote, REVIEW_NAMES } from './words.ts';

/** Everything a page says comes through here: names of rules are written by people. */
function escaped(text: string | number): string {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[], nothing: string): string {
  if (rows.length === 0) return `<p class="none">${escaped(nothing)}</p>`;
  const head = headings.map((heading) => `<th scope="col">${escaped(heading)}</th>`).join('');
  // The first cell says what the row is about.
  const cells = ([first, ...rest]: readonly (string | number)[]) =>
    `<th scope="row">${escaped(first ?? '')}</th>${rest.map((cell) => `<td>${escaped(cell)}</td>`).join('')}`;
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
}

const STYLE = `
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 190mm; padding: 8mm 0; background: #fff; color: #16202a;
  font: 10pt/1.45 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 19pt; } h2 { margin: 8mm 0 2mm; font-size: 12pt; break-after: avoid; }
.period { margin: 1mm 0 0; color: #52606d; }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm 6mm; margin: 0; }
dl div { break-inside: avoid; border-top: 0.3mm solid #16202a; padding-top: 1.5mm; }
dt { color: #52606d; } dd { margin: 0; } dd.value { font-size: 15pt; font-weight: 600; } dd.note { color: #52606d; font-size: 8pt; }
table { width: 100%; border-collapse: collapse; } th, td { padding: 1.2mm 2mm; border-bottom: 0.2mm solid #c9d1d9; text-align: right; font-weight: 400; }
thead th { color: #52606d; border-bottom-color: #16202a; } th:first-child { text-align: left; padding-left: 0; } tr { break-inside: avoid; }
table.words td { text-align: left; } .none { color: #52606d; }
footer { margin-top: 10mm; border-top: 0.2mm solid #c9d1d9; padding-top: 2mm; color: #52606d; font-size: 8pt; }`;

/** The report as one page of HTML that stands alone, for paper: no script, nothing loaded from anywhere. */
export function reportPage(report: Report, locale: Locale): string {
  const say = (text: LocalisedText) => text[locale];
  const { figures, rules, misses, handling, days, review, currency } = report;
  const title = `${say(KIND_NAMES[report.kind])} ${periodText(report.from, report.to)}`;
  const figure = ({ name, value, before, unit, formula, share }: Report['figures'][number]) =>
    `<div><dt>${escaped(say(name))}</dt><dd class="value">${escaped(figureText(value, unit, currency, locale))}</dd>` +
    (share ? `<dd class="note counts">${escaped(countsText(share))}</dd>` : '') +
    `<dd class="note">${escaped(say(HEADINGS.before))} ${escaped(figureText(before, unit, currency, locale))}</dd>` +
    `<dd class="note">${escaped(say(formula))}</dd></div>`;
  const section = (heading: LocalisedText, content: string) => `<section><h2>${escaped(say(heading))}</h2>${content}</section>`;
  const { rule, version, hits, known, bad, good, precision } = HEADINGS;
  const ruleTable = table(
    [rule, version, hits, known, bad, good, precision].map(say),
    rules.map((row) => [say(row.name), row.version, row.hits, row.known, row.bad, row.good, shareText(row.precision)]),
    say(HEADINGS.nothing),
  );
  const missTable = table(
    [HEADINGS.feature, HEADINGS.missed, HEADINGS.missedShare, HEADINGS.passedShare, HEADINGS.lift].map(say),
    misses.features.map((row) => [
      `${say(row.label)}: ${say(row.value)}`,
      ...[row.missed, shareText(row.missedShare), shareText(row.passedShare), row.lift.toFixed(1)],
    ]),
    say(HEADINGS.noFeatures),
  );
  const handlingTable = table(
    [say(HEADINGS.kind), ...(handling[0]?.weeks ?? []).map(({ from }) => dayText(from).slice(5))],
    handling.map(({ name, weeks }) => [say(name), ...weeks.map(({ medianMs }) => (medianMs === null ? '-' : minutes(medianMs)))]),
    say(HEADINGS.nothing),
  );
  const dayTable = table(
    [HEADINGS.day, HEADINGS.stopped, HEADINGS.decided].map(say),
    days.map(({ day, stopped, decided }) => [dayText(day), stopped, decided]),
    say(HEADINGS.nothing),
  );
  const reviewTable = (items: NonNullable<Report['review']>) =>
    table(
      [HEADINGS.rule, HEADINGS.why, HEADINGS.detail].map(say),
      items.map(({ name, why, detail }) => [say(name), say(REVIEW_NAMES[why]), say(detail)]),
      say(HEADINGS.nothing),
    );
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
<header><h1>${escaped(say(KIND_NAMES[report.kind]))}</h1><p class="period">${escaped(periodText(report.from, report.to))}</p></header>
${section(HEADINGS.figures, `<dl>${figures.map(figure).join('')}</dl>`)}
${review ? section(HEADINGS.review, reviewTable(review)) : ''}
${section(HEADINGS.rules, ruleTable)}
${section(HEADINGS.misses, `<p class="none">${escaped(say(missesNote(misses)))}</p>${missTable}`)}
${section(HEADINGS.handling, handlingTable)}
${section(HEADINGS.days, dayTable)}
<footer>OrderPulse · ${escaped(businessDateTime(report.madeAt))} · ${escaped(report.madeBy === 'hub' ? say(HEADINGS.bySystem) : report.madeBy)}</footer>
</body>
</html>
`;
}
