import { z } from 'zod';
import { ruleSchema, type Rule } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';

/** A place of a rule that has not the shape of one. */
export interface ShapeFault {
  path: string[];
  text: LocalisedText;
}

type Issue = z.core.$ZodIssue;

const MISSING: LocalisedText = { zh: '缺少此项', en: 'this is missing' };
const isMissing = ({ message }: Issue): boolean => message === MISSING.zh || message === MISSING.en;

/** The library's own words, but for what is simply not there. */
function inWords(localeError: z.core.$ZodErrorMap, missing: string): z.core.$ZodErrorMap {
  return (issue) => (issue.input === undefined ? missing : localeError(issue));
}
const CHINESE = inWords(z.locales.zhCN().localeError, MISSING.zh);
const ENGLISH = inWords(z.locales.en().localeError, MISSING.en);

/** Keys that are too many, or missing, at the place itself: the fewer, the more likely this way of writing was meant. */
function strangeness(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return sum + issue.keys.length;
    if (issue.path.length === 0) return sum + NOT_AT_ALL;
    return issue.path.length === 1 && isMissing(issue) ? sum + 1 : sum;
  }, 0);
}
const NOT_AT_ALL = 100;

/** The faults of what may be written in several ways are those of the way that was meant; where none was, its own. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const [meant] = issue.errors.map((issues) => ({ issues, strange: strangeness(issues) })).sort((a, b) => a.strange - b.strange);
  if (!meant || meant.strange >= NOT_AT_ALL) return [issue];
  return meant.issues.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

const faultsOf = (error: z.ZodError | undefined): Issue[] => (error?.issues ?? []).flatMap(innermost);

/** Faults of a value against a schema in both languages; the second reading happens only where something is wrong. */
export function shapeFaults(schema: z.ZodType, raw: unknown): ShapeFault[] {
  const [zh, en] = [CHINESE, ENGLISH].map((error) => faultsOf(schema.safeParse(raw, { error }).error)) as [Issue[], Issue[]];
  return en.map((issue, at) => ({
    path: issue.path.map(String),
    text: { zh: `格式不符：${zh[at]?.message ?? issue.message}`, en: `Wrong shape: ${issue.message}` },
  }));
}

/** A rule, or every place where it has not the shape of one. */
export function readShape(raw: unknown): { rule: Rule } | { faults: ShapeFault[] } {
  const read = ruleSchema.safeParse(raw);
  return read.success ? { rule: read.data } : { faults: shapeFaults(ruleSchema, raw) };
}
