import { useRef, useState } from 'react';
import { jobOptions } from '../api/generated/forms.ts';
import type { StartName } from '../api/generated/forms.ts';
import { Button } from '../controls/button.tsx';
import { Field, inputClass } from '../controls/field.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useShortcut } from '../shell/shortcuts.ts';
import { Description } from './form/description.tsx';
import type { Form } from './form/field.ts';
import { FormFields } from './form/form-fields.tsx';
import { BesideLists, Pickers } from './form/form-props.ts';
import { DrawBoxes } from './boxes/draw-boxes.tsx';
import { pickers } from './pickers/picker.tsx';
import { fillForm } from './form/raw.ts';
import { readForm } from './form/read-form.ts';
import { Refusal } from './form/refusal.tsx';
import { useSubmission } from './form/use-submission.ts';
import styles from './new-job.module.css';
import { useStart } from './use-start.ts';

const besideLists = { objects: DrawBoxes };

/** What the form asks for by itself, or sets. */
const ownOptions = ['basedOn', 'idempotencyKey'];
const options = { fields: jobOptions.filter(({ name }) => !ownOptions.includes(name)) };

interface JobFormProps {
  form: Form<StartName>;
  videos: readonly string[];
  /** The job that this one is started again from, and what it was started with. */
  source: { id: string; priority: string; tags: readonly string[] } | undefined;
  input: object | undefined;
}

/** The form of one mutation. With several videos it starts a batch. */
export function JobForm({ form, videos, source, input }: JobFormProps) {
  const { newJob: m } = useMessages();
  const isManyVideos = form.fields.some(({ name }) => name === 'videoId');
  const [raw, setRaw] = useState(() => {
    const filled = fillForm(form, input);
    const id = filled['videoId'];
    if (!isManyVideos) return filled;
    return { ...filled, videoId: typeof id === 'string' && id ? [id] : videos };
  });
  const [rawOptions, setRawOptions] = useState(() =>
    fillForm(options, source && { priority: source.priority, tags: source.tags }),
  );
  const [batchName, setBatchName] = useState('');
  const start = useStart(form.name, source?.id);
  const submission = useSubmission(start);
  const element = useRef<HTMLFormElement>(null);
  const chosen = isManyVideos ? (raw['videoId'] as readonly string[]) : [];
  const isBatch = chosen.length > 1;
  const startLabel = isBatch ? m.startMany(chosen.length) : m.start;

  function send(): void {
    const parts = readForm(form, raw, m.issues);
    const run = readForm(options, rawOptions, m.issues);
    const issues = [
      ...parts.issues,
      ...run.issues.map(({ path, message }) => ({ path: `options.${path}`, message })),
    ];
    const inputs = isBatch ? chosen.map((videoId) => ({ ...parts.input, videoId })) : [parts.input];
    const order = { inputs, options: run.input, name: isBatch ? batchName.trim() : '' };
    submission.submit(order, issues, element.current!);
  }
  useShortcut('mod+enter', m.start, () => element.current?.requestSubmit());

  return (
    <form
      ref={element}
      noValidate
      className={styles.card}
      aria-label={m.forms[form.name]}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <header>
        <h2>{m.forms[form.name]}</h2>
        <p className={styles.description}>
          {source ? m.again : <Description text={form.description} />}
        </p>
      </header>
      <Refusal submission={submission} />
      <Pickers value={pickers}>
        <BesideLists value={besideLists}>
          <FormFields
            form={form}
            raw={raw}
            onChange={setRaw}
            issues={submission.issues}
            isManyVideos={isManyVideos}
            videoId={chosen[0]}
          />
        </BesideLists>
      </Pickers>
      {isBatch && (
        <Field
          label={m.batchName}
          hint={m.inBatch}
          error={submission.issues.find(({ path }) => path === 'name')?.message}
        >
          {(props) => (
            <input
              {...props}
              className={inputClass}
              value={batchName}
              onChange={({ target }) => setBatchName(target.value)}
            />
          )}
        </Field>
      )}
      <details
        className={styles.options}
        open={submission.issues.some(({ path }) => path.startsWith('options.')) || undefined}
      >
        <summary>{m.options}</summary>
        <div>
          <FormFields
            form={options}
            raw={rawOptions}
            onChange={setRawOptions}
            issues={submission.issues}
            prefix="options."
          />
        </div>
      </details>
      <div className={styles.send}>
        <Button kind="primary" type="submit" disabled={submission.isBusy}>
          {submission.isBusy ? m.starting : startLabel}
        </Button>
        <kbd>Ctrl+Enter</kbd>
      </div>
    </form>
  );
}
