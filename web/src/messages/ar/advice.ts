import type { Templates } from '../templates.ts';

const ofServer: Templates = {
  'Run `node src/main.ts doctor`, which waits for longer.':
    'شغّل `node src/main.ts doctor`، فهو ينتظر أطول.',
  'Correct it as docs/configuration.md describes, then run doctor again.':
    'صحّحه كما يصف docs/configuration.md، ثم أعد الفحص.',
  'Correct its name: did you mean {}?': 'صحّح اسمه: هل تقصد {}؟',
  'Set it to # or more, or unset it.': 'اضبطه على # أو أكثر، أو احذفه.',
  'Unset it (#), or set it below the idle timeout of every proxy.':
    'احذفه (#)، أو اضبطه دون مهلة الخمول لكل وسيط.',
  'Set REDIS_URL, DATABASE_URL and MODEL_SERVICE_URL to run more than one process.':
    'اضبط REDIS_URL وDATABASE_URL وMODEL_SERVICE_URL لتشغيل أكثر من عملية.',
  'Use https:// in MODEL_SERVICE_URL.': 'استعمل https:// في MODEL_SERVICE_URL.',
  'Use rediss:// in REDIS_URL (and REDIS_CA_FILE), unless the network is trusted.':
    'استعمل rediss:// في REDIS_URL (ومعه REDIS_CA_FILE)، ما لم تكن الشبكة موثوقة.',
  'Add ?sslmode=verify-full to DATABASE_URL (and DATABASE_CA_FILE), unless the network is trusted.':
    'أضف ?sslmode=verify-full إلى DATABASE_URL (ومعه DATABASE_CA_FILE)، ما لم تكن الشبكة موثوقة.',
  'Make sure that its host runs, that MODEL_SERVICE_URL is right, and that no firewall is in between; containers must share a network.':
    'تأكد من أن مضيفها يعمل، وأن MODEL_SERVICE_URL صحيح، وألا جدار حماية يتوسط؛ ويجب أن تشترك الحاويات في شبكة.',
  'No host of that name is known here: correct MODEL_SERVICE_URL. Containers know each other by name only in a shared network.':
    'لا مضيف معروف هنا بهذا الاسم: صحّح MODEL_SERVICE_URL. لا تعرف الحاويات بعضها بالاسم إلا في شبكة مشتركة.',
  'Set MODEL_SERVICE_URL to the address below which /health and /api/summarize are: without /api, with the prefix of a proxy.':
    'اضبط MODEL_SERVICE_URL على العنوان الذي تحته /health و/api/summarize: بلا /api، ومع بادئة الوسيط.',
  'Set MODEL_SERVICE_TOKEN (or MODEL_SERVICE_TOKEN_FILE) to the token that it requires.':
    'اضبط MODEL_SERVICE_TOKEN (أو MODEL_SERVICE_TOKEN_FILE) على الرمز الذي تطلبه.',
  'While jobs run, wait: it answers when a call has ended. If none runs and this persists, restart it.':
    'ما دامت مهام تعمل فانتظر: تجيب حين ينتهي الطلب. وإن لم تعمل أي مهمة وبقي الحال، فأعد تشغيلها.',
  'Start it, or set MODEL_SERVICE_URL to where it runs; `curl -i {}` from this host must answer #.':
    'شغّلها، أو اضبط MODEL_SERVICE_URL على مكانها؛ ويجب أن يجيب `curl -i {}` من هذا الجهاز بـ #.',
  'Start a process with the role api or all (`node src/main.ts api`); if one runs, its log says "leader not known" or "leading no more", and why.':
    'شغّل عملية بالدور api أو all (`node src/main.ts api`)؛ وإن كانت تعمل، ففي سجلها "leader not known" أو "leading no more" مع السبب.',
  'Synchronize every host by NTP (chrony, systemd-timesyncd); `timedatectl` shows whether it is.':
    'زامن كل جهاز عبر NTP (chrony أو systemd-timesyncd)؛ و`timedatectl` يبيّن حاله.',
  'Run this process in the same network as that server, and check the load of the server.':
    'شغّل هذه العملية في شبكة ذلك الخادم نفسها، وافحص حمل الخادم.',
  'Run doctor again; if this persists, see the logs of Redis and PostgreSQL.':
    'أعد الفحص؛ وإن بقي الحال، فانظر سجلات Redis وPostgreSQL.',
};

const ofTls: Templates = {
  'Its certificate is not signed by a trusted authority: let {} name the certificate of its authority.':
    'شهادته غير موقّعة من جهة موثوقة: اجعل {} يشير إلى شهادة جهته.',
  'Its certificate is for another host: use the name that is in it in {}.':
    'شهادته لمضيف آخر: استعمل الاسم الذي فيها في {}.',
  'Its certificate has expired: renew it.': 'انتهت شهادته: جدّدها.',
  'Its certificate is not valid yet: compare the clocks, or renew it.':
    'شهادته لم تسرِ بعد: قارن الساعات، أو جدّدها.',
  'It does not speak TLS on this port: correct {}, or turn TLS on there.':
    'لا يستعمل TLS على هذا المنفذ: صحّح {}، أو فعّل TLS هناك.',
  'A file named by {} cannot be read: check sslrootcert, sslcert and sslkey in it.':
    'ملف يشير إليه {} تتعذر قراءته: افحص sslrootcert وsslcert وsslkey فيه.',
  'It does not speak TLS: turn it on there (ssl = on), or remove sslmode from {}.':
    'لا يستعمل TLS: فعّله هناك (ssl = on)، أو احذف sslmode من {}.',
};

const ofJobs: Templates = {
  'Correct what is wrong with it, then run doctor again.': 'أصلح خللها، ثم أعد الفحص.',
  'Make sure that a process with the role api or all runs and reaches Redis: it dispatches jobs every second, and logs "not enqueued yet" with the reason.':
    'تأكد من أن عملية بالدور api أو all تعمل وتصل إلى Redis: فهي تسلّم المهام كل ثانية، وتكتب "not enqueued yet" مع السبب.',
  'Restart the worker ({}): its jobs go to another. If it is gone, make sure that an api process runs. Or cancel a job: {}.':
    'أعد تشغيل العامل ({}): تنتقل مهامه إلى غيره. وإن كان قد ذهب، فتأكد من أن عملية api تعمل. أو ألغِ مهمة: {}.',
  'Nothing, if "leader" is ok: it enqueues them again within {} s (RECONCILE_INTERVAL_MS). Then see why Redis lost them.':
    'لا شيء إن كان القائد سليمًا: يعيدها إلى الطابور خلال {} s (RECONCILE_INTERVAL_MS). ثم انظر لماذا فقدها Redis.',
};

const ofPostgres: Templates = {
  'Run the version of fovea-jobs that applied them.': 'شغّل إصدار fovea-jobs الذي طبّقها.',
  'Run `npm run migrate`, or start with MIGRATE_ON_START=true.':
    'شغّل `npm run migrate`، أو ابدأ مع MIGRATE_ON_START=true.',
  'Install PostgreSQL # or newer.': 'ثبّت PostgreSQL # أو أحدث.',
  'Set DATABASE_URL to its primary.': 'اضبط DATABASE_URL على خادمه الرئيس.',
  'Wait for a failover to end, or run `show default_transaction_read_only` there to see why.':
    'انتظر حتى ينتهي التبديل، أو شغّل `show default_transaction_read_only` هناك لترى السبب.',
  'Create one with `createdb --encoding=UTF# --template=template#`, and set DATABASE_URL to it.':
    'أنشئ واحدة بـ `createdb --encoding=UTF# --template=template#`، واضبط DATABASE_URL عليها.',
  'The pooler in between does not pass them on: run {} in PostgreSQL, then RECONNECT in PgBouncer.':
    'مجمّع الاتصالات لا يمررها: شغّل {} في PostgreSQL، ثم RECONNECT في PgBouncer.',
  'The pooler in between rejects a parameter of DATABASE_URL: remove `options` and the like, and set them by `alter role … set …`.':
    'مجمّع الاتصالات يرفض معاملًا في DATABASE_URL: احذف `options` وما يشبهه، واضبطها بـ `alter role … set …`.',
  'Correct the user and password in DATABASE_URL.': 'صحّح المستخدم وكلمة المرور في DATABASE_URL.',
  'Create that database (`createdb`), or set DATABASE_URL to an existing one.':
    'أنشئ قاعدة البيانات تلك (`createdb`)، أو اضبط DATABASE_URL على قاعدة موجودة.',
  'Let the user of DATABASE_URL own the database: `alter database … owner to …`.':
    'اجعل مستخدم DATABASE_URL مالكًا لقاعدة البيانات: `alter database … owner to …`.',
  'Raise max_connections of PostgreSQL, or lower DATABASE_POOL_SIZE of the processes.':
    'ارفع max_connections في PostgreSQL، أو اخفض DATABASE_POOL_SIZE للعمليات.',
  'Raise max_connections of PostgreSQL, lower DATABASE_POOL_SIZE, or put PgBouncer in between.':
    'ارفع max_connections في PostgreSQL، أو اخفض DATABASE_POOL_SIZE، أو ضع PgBouncer بينهما.',
  'Start PostgreSQL at {}, or set DATABASE_URL to where it runs; make sure that no firewall is in between.':
    'شغّل PostgreSQL عند {}، أو اضبط DATABASE_URL على مكانه؛ وتأكد من ألا جدار حماية يتوسط.',
  'End the program that holds it; if you cannot find it: {}.':
    'أنهِ البرنامج الذي يبقيها؛ وإن لم تجده: {}.',
  'End what pid {} is doing: {}.': 'أنهِ ما تفعله العملية pid {}: {}.',
};

const ofRedis: Templates = {
  'Install Redis #, Valkey #, or newer.': 'ثبّت Redis # أو Valkey # أو أحدث.',
  'Set REDIS_CLUSTER=true.': 'اضبط REDIS_CLUSTER=true.',
  'Leave REDIS_CLUSTER out.': 'احذف REDIS_CLUSTER.',
  'Let REDIS_URL begin with redis+sentinel://, and end with its master’s name.':
    'اجعل REDIS_URL يبدأ بـ redis+sentinel:// وينتهي باسم رئيسه.',
  'Set REDIS_URL to its primary.': 'اضبط REDIS_URL على خادمه الرئيس.',
  'Run `redis-cli config set maxmemory-policy noeviction`, and write the same into redis.conf.':
    'شغّل `redis-cli config set maxmemory-policy noeviction`، واكتب مثله في redis.conf.',
  'Run doctor again: a failover may be under way. If it stays, see the log of the Sentinels.':
    'أعد الفحص: قد يكون تبديل جاريًا. وإن بقي الحال، فانظر سجل الحراس.',
  'Start those that do not answer, or take them out of REDIS_URL.':
    'شغّل التي لا تجيب، أو احذفها من REDIS_URL.',
  'Set requirepass (or an ACL user) in redis.conf, and the password in REDIS_URL.':
    'اضبط requirepass (أو مستخدم ACL) في redis.conf، وكلمة المرور في REDIS_URL.',
  'Set REDIS_SENTINEL_PASSWORD to the password of the Sentinels (requirepass in sentinel.conf).':
    'اضبط REDIS_SENTINEL_PASSWORD على كلمة مرور الحراس (requirepass في sentinel.conf).',
  'Let REDIS_URL end with the name that the Sentinels have for it (sentinel monitor <name> …).':
    'اجعل REDIS_URL ينتهي بالاسم الذي له عند الحراس (sentinel monitor <name> …).',
  'Put its password into REDIS_URL: redis://:password@host:port.':
    'ضع كلمة مروره في REDIS_URL: redis://:password@host:port.',
  'Correct the user and password in REDIS_URL.': 'صحّح المستخدم وكلمة المرور في REDIS_URL.',
  'Let the user of REDIS_URL run all commands on the keys and channels of REDIS_PREFIX.':
    'اسمح لمستخدم REDIS_URL بكل الأوامر على مفاتيح REDIS_PREFIX وقنواته.',
  'Start Redis at {}, or set REDIS_URL to where it runs; make sure that no firewall is in between.':
    'شغّل Redis عند {}، أو اضبط REDIS_URL على مكانه؛ وتأكد من ألا جدار حماية يتوسط.',
  'Raise maxmemory, or find what else it stores: `redis-cli --bigkeys`.':
    'ارفع maxmemory، أو ابحث عما يخزنه غير ذلك: `redis-cli --bigkeys`.',
  'Run `redis-cli config set appendonly yes`, and set the same in redis.conf.':
    'شغّل `redis-cli config set appendonly yes`، واضبط مثله في redis.conf.',
  'See the log of Redis; usually its disk is full or its folder is not writable.':
    'انظر سجل Redis؛ غالبًا امتلأ قرصه أو مجلده لا يُكتب فيه.',
};

/** What the doctor says is to be done. */
export const advice: Templates = {
  ...ofServer,
  ...ofTls,
  ...ofJobs,
  ...ofPostgres,
  ...ofRedis,
};
