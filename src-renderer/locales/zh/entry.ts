export const entry = {
  starting: '正在连接中枢',
  failedTitle: '中枢没有回应',
  failedMeans: '只要中枢在运行，订单照常处理，与此画面无关；中枢若已停止，平台会重发未确认的推送。',
  failedDo: '请确认中枢进程在运行，然后重试。画面会每隔几秒自动重试。',
  loginAbout: '请输入中枢启动时使用的访问令牌，或打开终端里打印的一次性登录链接。',
  token: '访问令牌',
  logIn: '登录',
  loginRefused: '令牌不对。请核对启动中枢时 --token 的值。',
  firstTitle: '还没有订单',
  firstAbout: '接好一个渠道后，第一笔订单几秒内就会出现在这里。',
  firstSteps: { channel: '在设置里查看各渠道的推送地址', hook: '把地址填到平台后台的消息推送里', order: '下一笔测试订单' },
  firstOpen: '打开渠道设置',
};
