import type { Messages } from '../zh/index.ts';
import { common } from './common.ts';
import { desk } from './desk.ts';
import { entry } from './entry.ts';
import { frame } from './frame.ts';
import { health } from './health.ts';
import { inventory } from './inventory.ts';
import { monitor } from './monitor.ts';
import { order } from './order.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';
import { wallboard } from './wallboard.ts';

export const en: Messages = { common, desk, entry, frame, health, inventory, monitor, order, rules, settings, wallboard };
