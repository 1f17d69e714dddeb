import { actorName } from '../../../format/actor.ts';
import { currentLocale } from '../../../locales/texts.ts';

/** Operators by name, as a sentence lists them. */
export function namesOf(operators: readonly string[]): string {
  return operators.map(actorName).join(currentLocale() === 'zh' ? '、' : ', ');
}
