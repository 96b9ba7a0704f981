import type { Messages } from '../messages.tsx';
import { fields, forms, hints } from './new-job-fields.ts';

/** What a number must be, after "it must be". */
function describeNumber({
  type,
  min,
  max,
  isAbove,
}: Parameters<Messages['newJob']['issues']['number']>[0]) {
  const what = type === 'Int' ? 'عددًا صحيحًا' : 'عددًا';
  if (isAbove) return `${what} أكبر من ${min}${max === undefined ? '' : `، حتى ${max}`}`;
  if (min !== undefined && max !== undefined) return `${what} من ${min} إلى ${max}`;
  return max === undefined ? what : `${what} حتى ${max}`;
}

export const newJob: Messages['newJob'] = {
  fields,
  forms,
  hints,
  kinds: 'ماذا تريد',
  required: 'مطلوب',
  options: 'كيف تُنفَّذ',
  start: 'ابدأ',
  startMany: (count) => `ابدأ ${count} دفعةً واحدة`,
  starting: 'تبدأ…',
  again: 'كما بدأت تلك المهمة. غيّر ما تشاء.',
  inBatch: 'لكل فيديو مهمة. تبدأ معًا دفعةً واحدة: كلها أو لا شيء.',
  batchName: 'اسم الدفعة',
  unset: 'غير محدد',
  defaultOf: (value) => `${value} (المعتاد)`,
  draw: 'ارسم إطارات حول الأشياء على أول لقطة، أو اكتب أضلاعها أرقامًا.',
  addObject: 'أضف إطارًا',
  removeItem: (name) => `أزل ${name}`,
  number: (index) => `رقم ${index}`,
  either: 'واحد من هذين',
  separated: 'افصل بينها بفواصل.',
  units: { seconds: 'ثوانٍ', minutes: 'دقائق', hours: 'ساعات', days: 'أيام' },
  unit: 'الوحدة',
  refused: (count) => `حقول تحتاج إلى تصحيح: ${count}.`,
  tryAgainIn: (seconds) => `يمكنك المحاولة ثانيةً بعد ${seconds} ث.`,
  tryAgainNow: 'يمكنك المحاولة الآن.',
  openExisting: 'افتح تلك المهمة',
  issues: {
    empty: 'يجب ألا يكون فارغًا.',
    choose: 'اختر واحدًا.',
    time: 'يجب أن يكون تاريخًا ووقتًا.',
    tooLong: (max) => `يجب ألا يزيد على ${max} حرفًا.`,
    items: (min, max) =>
      Number.isFinite(max) ? `يجب أن يكون عددها من ${min} إلى ${max}.` : `يجب ألا تقل عن ${min}.`,
    number: (field) => `يجب أن يكون ${describeNumber(field)}.`,
  },
  pick: {
    videos: 'ابحث في الفيديوهات بالعنوان أو المسار',
    personas: 'ابحث في الشخصيات',
    summaries: 'ابحث بالعنوان أو الشخصية أو الوسم',
    detections: 'ابحث بالعنوان أو الوسم',
    newVideo: 'سجّل فيديو جديدًا',
    newPersona: 'أنشئ شخصية جديدة',
    nothing: 'لم يُعثر على شيء.',
    noVideos: 'لا فيديوهات بعد.',
    noPersonas: 'لا شخصيات بعد.',
    noSummaries: 'لا ملخصات بعد. لخّص فيديو أولًا.',
    noDetections: 'لا كشوف بعد. ابحث عن أشياء أولًا.',
    all: (count) => `اختر الكل (${count})`,
  },
  save: 'احفظ',
  cancel: 'إلغاء',
};
