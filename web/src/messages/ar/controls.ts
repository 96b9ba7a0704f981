import type { Messages } from '../messages.tsx';

export const controls: Messages['controls'] = {
  loading: 'جارٍ التحميل',
  notFound: 'لا توجد صفحة كهذه.',
  toJobs: 'إلى المهام',
  retry: 'أعد المحاولة',
  close: 'إغلاق',
  copy: 'نسخ',
  copied: 'نُسخ',
  spark: (completed, failed) => `${completed} مكتملة، ${failed} فشلت`,
  sparkFailed: (failed) => `${failed} فشلت`,
  sparkFrom: 'من',
  notCopied: 'تعذّر النسخ',
  unreachable: 'تعذّر الوصول إلى الخادم. المعروض هو آخر ما وصل.',
  states: {
    QUEUED: 'في الانتظار',
    DELAYED: 'مؤجلة',
    ACTIVE: 'قيد التنفيذ',
    COMPLETED: 'مكتملة',
    FAILED: 'فشلت',
    CANCELED: 'أُلغيت',
    EXPIRED: 'انتهت مهلتها',
  },
  types: {
    VIDEO_SUMMARIZATION: 'ملخص',
    CLAIM_EXTRACTION: 'ادعاءات',
    CLAIM_SYNTHESIS: 'توليف',
    OBJECT_DETECTION: 'كشف',
    OBJECT_TRACKING: 'تتبع',
    TRANSCRIPTION: 'تفريغ',
  },
};
