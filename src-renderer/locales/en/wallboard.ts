import type { wallboard as zh } from '../zh/wallboard.ts';

export const wallboard: typeof zh = {
  ordersPerMinute: 'Orders a minute',
  held: 'To decide',
  oldestHeld: 'Longest wait',
  ohi: 'Order health',
  decision: 'Decision time',
  open: 'Under way',
  stockAlarms: 'Stock alarms',
  age: 'data {age} old',
  lost: 'connection lost, picture {age} old',
  leave: 'Back to the console',
};
