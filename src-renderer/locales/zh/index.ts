import { apply } from './apply.ts';
import { checks } from './checks.ts';
import { common } from './common.ts';
import { connect } from './connect.ts';
import { desk } from './desk.ts';
import { entry } from './entry.ts';
import { feeds } from './feeds.ts';
import { forecast } from './forecast.ts';
import { frame } from './frame.ts';
import { gaps } from './gaps.ts';
import { health } from './health.ts';
import { imports } from './imports.ts';
import { inventory } from './inventory.ts';
import { mapping } from './mapping.ts';
import { monitor } from './monitor.ts';
import { order } from './order.ts';
import { partners } from './partners.ts';
import { ruleEditor } from './rule-editor.ts';
import { ruleWork } from './rule-work.ts';
import { radar } from './radar.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';
import { trial } from './trial.ts';
import { wallboard } from './wallboard.ts';

/** Every text of the console in Chinese, the default language; the English folder must have exactly these keys. */
export const zh = {
  apply,
  checks,
  common,
  connect,
  desk,
  entry,
  feeds,
  forecast,
  frame,
  gaps,
  health,
  imports,
  inventory,
  mapping,
  monitor,
  order,
  partners,
  ruleEditor,
  ruleWork,
  radar,
  reports,
  rules,
  settings,
  trial,
  wallboard,
};
export type Messages = typeof zh;
