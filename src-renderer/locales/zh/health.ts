export const health = {
  title: '健康',
};
