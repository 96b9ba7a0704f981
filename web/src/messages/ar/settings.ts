import type { Messages } from '../messages.tsx';

export const settings: Messages['settings'] = {
  appearance: 'المظهر',
  theme: 'السمة',
  themes: { system: 'مثل النظام', light: 'فاتحة', dark: 'داكنة' },
  density: 'الصفوف',
  densities: { comfortable: 'مريحة', compact: 'متراصة' },
  language: 'اللغة',
  notifications: 'الإشعارات',
  notificationsHint: 'عندما تنتهي إحدى مهامك وهذه الصفحة مخفية، يخبرك المتصفح.',
  notify: 'أخبرني عند انتهاء مهمة',
  blocked: 'يحظر هذا المتصفح إشعارات هذه الصفحة. اسمح بها في إعدادات الموقع.',
  notSecure: 'لا تتيح المتصفحات الإشعارات إلا لصفحات https أو على هذا الجهاز.',
  session: 'الجلسة',
  signedInAs: (owner, role) => `أنت ${owner}، ${role}.`,
  local: (owner) => `كل من يصل إلى هذا الخادم هو ${owner}، المشغّل الوحيد: لا توجد حسابات.`,
  roles: { USER: 'مستخدم', OPERATOR: 'مشغّل', TICKET: 'ضيف' },
  until: (time) => `حتى ${time}.`,
  api: 'الواجهة البرمجية',
  apiHint: 'كل ما يُفعل هنا يستطيع برنامج أن يفعله بالواجهة نفسها.',
  openGraphiQL: 'افتح GraphiQL',
};
