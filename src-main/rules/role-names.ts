import type { Role } from '#shared/contract/roles.ts';
import type { CaseRole } from '#shared/order.ts';
import type { LocalisedText, Severity } from '#shared/text.ts';

/** Roles a case goes to and roles of operators, as sentences name them. */
export const ROLE_NAMES: Record<CaseRole | Role, LocalisedText> = {
  service: { zh: '客服', en: 'service' },
  'senior-service': { zh: '高级客服', en: 'senior service' },
  warehouse: { zh: '仓库', en: 'warehouse' },
  finance: { zh: '财务', en: 'finance' },
  risk: { zh: '风控', en: 'risk' },
  operations: { zh: '运营', en: 'operations' },
  compliance: { zh: '合规', en: 'compliance' },
  viewer: { zh: '看板', en: 'viewer' },
  agent: { zh: '客服', en: 'agent' },
  supervisor: { zh: '运营主管', en: 'supervisor' },
  admin: { zh: '管理员', en: 'administrator' },
};

export const SEVERITY_NAMES: Record<Severity, LocalisedText> = {
  low: { zh: '低', en: 'Low' },
  medium: { zh: '中', en: 'Medium' },
  high: { zh: '高', en: 'High' },
};
