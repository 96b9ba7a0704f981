import type { Templates } from '../templates.ts';
import { advice } from './advice.ts';

const checks: Templates = {
  configuration: 'الإعدادات',
  migrations: 'ترحيلات قاعدة البيانات',
  'model service': 'خدمة النماذج',
  leader: 'القائد',
  clocks: 'الساعات',
  doctor: 'الفحص',
  jobs: 'المهام',
  queues: 'الطوابير',
  'jobs not dispatched': 'مهام لم تُسلَّم',
  'jobs past their deadline': 'مهام تجاوزت مهلتها',
  'jobs unknown to their queue': 'مهام لا يعرفها طابورها',
  postgres: 'PostgreSQL',
  'postgres sessions': 'PostgreSQL: الجلسات',
  'postgres latency': 'PostgreSQL: زمن الاستجابة',
  'postgres connections': 'PostgreSQL: الاتصالات',
  'postgres transactions': 'PostgreSQL: المعاملات',
  'postgres locks': 'PostgreSQL: الأقفال',
  redis: 'Redis',
  'redis sentinels': 'Redis: الحراس',
  'redis access': 'Redis: الوصول',
  'redis memory': 'Redis: الذاكرة',
  'redis persistence': 'Redis: الحفظ',
  'redis latency': 'Redis: زمن الاستجابة',
};

const ofServer: Templates = {
  'the checks are not done: {}': 'لم تكتمل الفحوص: {}',
  'no answer within # ms': 'لا إجابة خلال # ms',
  '{}; the model service is sent {} for a video at a.mp4':
    '{}؛ يُرسل إلى خدمة النماذج {} للفيديو a.mp4',
  'embedded stack, DATA_DIR {}': 'الحزمة المدمجة، DATA_DIR {}',
  'external stack, {}, {} with prefix {}': 'الحزمة الخارجية: {}، {} بالبادئة {}',
  '{} is set, but there is no such variable': '{} مضبوط، ولا متغير بهذا الاسم',
  'LOCK_DURATION_MS is #: a worker that is busy for that long loses its jobs':
    'LOCK_DURATION_MS هو #: العامل الذي ينشغل هذه المدة يفقد مهامه',
  'PING_INTERVAL_MS is not below the # ms after which proxies cut idle streams':
    'PING_INTERVAL_MS ليس أقل من # ms التي تقطع بعدها الوسائط التدفقات الخاملة',
  'NODE_ENV is production, but the embedded stack is a single process with its own database':
    'NODE_ENV هو production، لكن الحزمة المدمجة عملية واحدة بقاعدة بيانات تخصها',
  'MODEL_SERVICE_TOKEN leaves this machine unencrypted':
    'يغادر MODEL_SERVICE_TOKEN هذا الجهاز بلا تشفير',
  'the connection to Redis leaves this machine unencrypted':
    'يغادر الاتصال بـ Redis هذا الجهاز بلا تشفير',
  'the connection to PostgreSQL leaves this machine unencrypted, or without verification of the server':
    'يغادر الاتصال بـ PostgreSQL هذا الجهاز بلا تشفير، أو دون التحقق من الخادم',
  'the baseline model, which runs in the process of the server':
    'النموذج الأساسي، وهو يعمل في عملية الخادم',
  '{} answers in # ms': '{} يجيب خلال # ms',
  '{} answers, but there is no {}': '{} يجيب، لكن لا وجود لـ {}',
  'it answers with status {}': 'يجيب بالحالة {}',
  'it cannot be reached ({})': 'تعذّر الوصول إليه ({})',
  '{}, but accepts connections: it is busy with a call, or it hangs':
    '{}، لكنه يقبل الاتصالات: إما مشغول بطلب أو معلّق',
  '{}, and accepts no connection': '{}، ولا يقبل اتصالًا',
  '{} has not answered within # s': '{} لم يجب خلال # s',
  '{}; the last to lead was {}': '{}؛ آخر من قاد {}',
  'no process leads: nobody hands jobs to queues': 'لا عملية تقود: لا أحد يسلّم المهام إلى الطوابير',
  '{}; all other API processes stand by': '{}؛ وسائر عمليات الواجهة تنتظر',
  '{}, by its lease alone: a pooler is in between': '{}، بعقدها وحده لأن مجمّع اتصالات يتوسط',
  '{} leads (term #)': '{} تقود (الدورة #)',
};

const ofJobs: Templates = {
  'queues, workers and jobs were not checked: the database is not usable':
    'لم تُفحص الطوابير والعمال والمهام: قاعدة البيانات غير صالحة للاستعمال',
  'none is older than # s': 'لا مهمة أقدم من # s',
  '{} dispatched just now': 'سُلّمت للتو: {}',
  '# job': 'مهمة: #',
  '# jobs': 'مهام: #',
  '# accepted job': 'مهمة مقبولة: #',
  '# accepted jobs': 'مهام مقبولة: #',
  '{} not in a queue, the oldest for # s: {}': '{}، ليست في طابور، وأقدمها منذ # s: {}',
  none: 'لا شيء',
  '{} running for longer than allowed, the oldest for # s: {}':
    '{}، تعمل أطول من المسموح، وأقدمها منذ # s: {}',
  'none of #': 'لا شيء من #',
  '# of #, as after Redis lost its keys: {}': '# من #، كما يحدث بعد أن يفقد Redis مفاتيحه: {}',
  '{}: up to # ms apart': '{}؛ الفرق حتى # ms',
  '{} this host, {} this host': 'قياسًا على هذا الجهاز: {}، {}',
  '{} this host': 'قياسًا على هذا الجهاز: {}',
  '{} is # ms behind': '{} متأخر # ms',
  '{} is # ms ahead of': '{} متقدم # ms',
  '{}; above # ms': '{}؛ فوق # ms',
  '{} × {}: median # ms, longest # ms': '{} × {}: الوسيط # ms، والأطول # ms',
};

const ofPostgres: Templates = {
  'all {} applied': 'طُبّقت كلها: {}',
  '# migration': 'ترحيل: #',
  '# migrations': 'ترحيلات: #',
  'the database is newer than this version: it has {}':
    'قاعدة البيانات أحدث من هذا الإصدار: فيها {}',
  '# applied, # missing: {}': 'المطبّق #، والناقص #: {}',
  '{}, but it is too old': '{}، لكنه قديم جدًا',
  '{}, but it is a read-only replica': '{}، لكنه نسخة للقراءة فقط',
  '{}, but it is read-only': '{}، لكنه للقراءة فقط',
  'PostgreSQL {} answers at {}; it needs no extension':
    'PostgreSQL {} يجيب عند {}؛ ولا يحتاج إلى إضافات',
  'The database {} has the encoding {}, which cannot hold every text':
    'ترميز قاعدة البيانات {} هو {}، وهو لا يتسع لكل نص',
  'Sessions of PostgreSQL lack required settings: {}': 'تنقص جلسات PostgreSQL إعدادات لازمة: {}',
  'Some statements may be slow: {}': 'قد تبطؤ بعض العبارات: {}',
  '{}, as far as the pooler in between allows': '{}، بقدر ما يسمح مجمّع الاتصالات',
  'time zone, isolation, timeouts and encoding are set by us':
    'المنطقة الزمنية والعزل والمهل والترميز نضبطها نحن',
  '{}: there is no room for another process': '{}: لا متسع لعملية أخرى',
  '# of # used; a process uses up to # (DATABASE_POOL_SIZE #)':
    'المستعمل # من #؛ تستعمل العملية حتى # (DATABASE_POOL_SIZE #)',
  'none open for longer than # s': 'لا معاملة مفتوحة منذ أكثر من # s',
  '# transaction': 'معاملة: #',
  '# transactions': 'معاملات: #',
  '{} open for more than # s, the oldest for # s (pid #, {})':
    '{}، مفتوحة منذ أكثر من # s، وأقدمها منذ # s (pid #، {})',
  'no name': 'بلا اسم',
  'nobody waits for longer than # s': 'لا أحد ينتظر أكثر من # s',
  '# session': 'جلسة: #',
  '# sessions': 'جلسات: #',
  '{} waiting for a lock, the first for # s behind pid {}':
    '{}، تنتظر قفلًا، وأولاها منذ # s خلف pid {}',
  unknown: 'غير معروف',
};

const ofRedis: Templates = {
  'it is too old': 'وهو قديم جدًا',
  'it is a Cluster': 'وهو Cluster',
  'it is no Cluster': 'ليس Cluster',
  'it is a Sentinel': 'وهو Sentinel',
  'it is a replica, which cannot be written': 'وهو نسخة لا يُكتب فيها',
  '{} answers at {}': '{} يجيب عند {}',
  '# of # answer; master {}: {}': 'أجاب # من #؛ الرئيس {}: {}',
  'its Sentinels know no master called {}': 'لا يعرف حراسه رئيسًا باسم {}',
  'it asks for the password of REDIS_URL': 'يطلب كلمة المرور التي في REDIS_URL',
  'no password, on loopback': 'بلا كلمة مرور، على الجهاز نفسه',
  'it requires no password: whoever reaches it can read and delete every queue':
    'لا يطلب كلمة مرور: من يصل إليه يستطيع قراءة كل طابور وحذفه',
  'when it is full, it drops queues': 'حين يمتلئ يُسقط الطوابير',
  '{}: nearly full, and then it refuses jobs': '{}: يكاد يمتلئ، وحينها يرفض المهام',
  'maxmemory-policy {}, {} used, {}': 'maxmemory-policy {}، المستعمل {}، {}',
  'no limit': 'بلا حد',
  'limit {}': 'الحد {}',
  'the last write of the append-only file failed': 'فشلت آخر كتابة في ملف الإلحاق',
  'append-only file': 'ملف إلحاق',
  'the last snapshot failed': 'فشلت آخر لقطة',
  'snapshots (save {}), no append-only file': 'لقطات (save {})، بلا ملف إلحاق',
  'at times': 'أحيانًا',
  'nothing is kept on disk: a restart empties the queues until they are restored from the rows':
    'لا شيء يُحفظ على القرص: إعادة التشغيل تُفرغ الطوابير حتى تُستعاد من الصفوف',
};

/** Of one of several servers, of all of them, and of one with what is wrong there. */
const ofEach: Templates = {
  '{}:#: {}': '{}:#: {}',
  '{}; {}': '{}؛ {}',
  '{}: {}': '{}: {}',
};

export const findings: Templates = {
  ...checks,
  ...ofServer,
  ...ofJobs,
  ...ofPostgres,
  ...ofRedis,
  ...ofEach,
  ...advice,
};
