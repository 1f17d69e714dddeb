export const wallboard = {
  ordersPerMinute: '每分钟订单',
  held: '拦截待处理',
  oldestHeld: '最久等待',
  ohi: '健康指数',
  decision: '决策时延',
  open: '在途订单',
  stockAlarms: '库存告警',
  age: '数据 {age} 前',
  lost: '连接中断，画面停在 {age} 前',
  leave: '返回控制台',
};
