import type { Messages } from '../messages.tsx';

export const shell: Messages['shell'] = {
  skip: 'تخطَّ إلى المحتوى',
  navigation: 'الشاشات',
  jobs: 'المهام',
  newJob: 'مهمة جديدة',
  queues: 'قوائم الانتظار',
  errors: 'الأخطاء',
  settings: 'الإعدادات',
  live: (version) => (version === undefined ? 'مباشر' : `مباشر، الإصدار ${version}`),
  polling: (version) =>
    version === undefined ? 'مباشر بالاستعلام' : `مباشر بالاستعلام، الإصدار ${version}`,
  connecting: 'جارٍ الاتصال',
  offlineSince: (time) => `غير متصل منذ ${time}`,
  caughtUp: (versions, seconds) =>
    versions === 0
      ? `عاد الاتصال بعد ${seconds} ث، ولم يفُت شيء`
      : `استُدرك ${versions} من الإصدارات بعد ${seconds} ث`,
  running: (count) => `${count} قيد التنفيذ`,
  ended: (count) => `انتهت ${count} من المهام`,
  failed: 'تعطّلت هذه الشاشة',
  failedHint: 'مهامك مستمرة: هذه الصفحة وحدها لم تستطع عرضها.',
  showAgain: 'اعرضها مجددًا',
  reload: 'أعد تحميل الصفحة',
  search: 'ابحث…',
  palette: 'انتقل إلى شاشة، أو ابحث عن مهمة، أو نفّذ أمرًا',
  paletteHint: 'شاشة أو مهمة أو أمر',
  found: (count) => `النتائج: ${count}`,
  nothingFound: 'لا نتائج',
  screens: 'الشاشات',
  actions: 'الأوامر',
  shortcuts: 'اختصارات لوحة المفاتيح',
  shortcutsHint: 'اختصارات هذه الشاشة، وما يعمل في كل مكان.',
  showShortcuts: 'اعرض اختصارات لوحة المفاتيح',
  openPalette: 'البحث والأوامر',
  goTo: (screen) => `انتقل إلى ${screen}`,
  themeAs: (theme) => `المظهر: ${theme}`,
  signOut: 'خروج',
  copyLink: 'انسخ رابط هذه الصفحة',
};
