import type { LintFinding } from '#shared/contract/rule-work.ts';
import { said, t } from '../../../locales/texts.ts';
import { useRules } from '../../../stores/rules.ts';
import { WINDOW_FIELD } from '../editor/values.ts';
import { fieldAt, listPlace } from './body.ts';
import { useListNames } from './list-names.ts';
import { useDraftWork } from './work.ts';

export interface FindingPlaces {
  /** The rule or list a finding is about, by its name. */
  ownerOf(finding: LintFinding): string;
  /** The part of it: the field of a condition, or the path in what is shown as text; empty where the finding says it itself. */
  partOf(finding: LintFinding): string;
}

/** Where findings of the draft are, in words. */
export function useFindingPlaces(): FindingPlaces {
  const work = useDraftWork();
  const rules = useRules();
  const listName = useListNames();
  const entryOf = ({ path }: LintFinding) => {
    const index = /^rules\.(\d+)/.exec(path)?.[1];
    return index === undefined ? undefined : work.rules.value[Number(index)];
  };
  return {
    ownerOf(finding) {
      const entry = entryOf(finding);
      const name = entry?.rule ? said(entry.rule.name).trim() : '';
      if (name !== '') return name;
      const list = listPlace(finding.path);
      return list === null ? (finding.ruleId ?? entry?.id ?? finding.path) : t('ruleWork.lists.one', { name: listName(list) });
    },
    partOf(finding) {
      const entry = entryOf(finding);
      if (!entry) return '';
      if (entry.rule === null) return finding.path.replace(/^rules\.\d+\.?/, '');
      const field = fieldAt(work.body.value, finding.path);
      if (field === null) return '';
      if (field === WINDOW_FIELD) return t('ruleEditor.window.name');
      const known = rules.fields.get(field);
      return known ? said(known.label) : field;
    },
  };
}
