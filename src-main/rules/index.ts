export {
  CURRENCY_FIELD,
  domainOf,
  FIELDS,
  fieldOf,
  operatorsFor,
  parseWindowFieldId,
  WINDOW_COUNT_LABELS,
  WINDOW_KEY_LABELS,
  windowField,
  type FieldDefinition,
  type FieldType,
  type FieldUnit,
  type RuleSource,
} from './catalogue.ts';
export { windowFieldId } from '#shared/rule.ts';
export { compileRuleSet, type CompiledRuleSet } from './compile.ts';
export { SAID, tracedDecision, tracedSaid } from './trace.ts';
export { legendOf } from './legend.ts';
export { listNames } from './words.ts';
export { conditionText, effectText } from './reading.ts';
export { explainVerdict, rederive, type Rederivation, verdictSentence, type VerdictExplanation } from './explain.ts';
export { formatBoth, formatValue } from './format.ts';
export { parseRuleSet, printRuleSet, type ParsedRuleSet, type RuleIssue } from './parse.ts';
export { lintRuleSet } from './lint/index.ts';
export { SOURCE_NAMES } from './words.ts';
export { isIdentifying, maskedThreshold } from './personal.ts';
export { ROLE_NAMES, SEVERITY_NAMES } from './role-names.ts';
export { isRadarField, RADAR_INPUTS, RADAR_MODEL, RADAR_REASONS, RADAR_SCORE, RADAR_TEXTS } from './radar-fields.ts';
export { radarModelFor, radarModelNumber, radarModelsOf, readsRadar } from './radar-models.ts';
export { radarFeatureLabel, radarFeatureShown, radarReasons, radarReasonText } from './radar-reasons.ts';
