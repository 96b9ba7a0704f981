import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { CreatePersona, RegisterVideo } from '../../api/generated/documents.ts';
import { forms } from '../../api/generated/forms.ts';
import type { CreatePersonaInput, RegisterVideoInput } from '../../api/generated/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { FormFields } from '../form/form-fields.tsx';
import { fillForm } from '../form/raw.ts';
import { readForm } from '../form/read-form.ts';
import { Refusal } from '../form/refusal.tsx';
import { useSubmission } from '../form/use-submission.ts';
import styles from '../new-job.module.css';

interface MakeDialogProps {
  name: 'registerVideo' | 'createPersona';
  /** What was searched for, which was not there. */
  text: string;
  onClose: () => void;
  onMade: (id: string) => void;
}

/** Registers a video or creates a persona, in front of the form that needs it. */
export function MakeDialog({ name, text, onClose, onMade }: MakeDialogProps) {
  const { newJob: m } = useMessages();
  const form = forms[name];
  const [raw, setRaw] = useState(() =>
    fillForm(form, name === 'registerVideo' ? { title: text } : { name: text }),
  );
  const register = useOperation(RegisterVideo);
  const create = useOperation(CreatePersona);
  const submission = useSubmission(async (input: Record<string, unknown>) => {
    const { made } =
      name === 'registerVideo'
        ? await register({ input: input as unknown as RegisterVideoInput })
        : await create({ input: input as unknown as CreatePersonaInput });
    if ('video' in made) onMade(made.video.id);
    else if ('persona' in made) onMade(made.persona.id);
    else return made;
    return undefined;
  });
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const fields = element.current?.querySelectorAll<HTMLInputElement>('input, textarea') ?? [];
    [...fields].find(({ value }) => value === '')?.focus();
  }, []);
  const actions = (
    <>
      <Button onClick={onClose}>{m.cancel}</Button>
      <Button kind="primary" type="submit" form="make" disabled={submission.isBusy}>
        {m.save}
      </Button>
    </>
  );
  return createPortal(
    <Dialog title={m.forms[name]} onClose={onClose} actions={actions}>
      <form
        ref={element}
        id="make"
        noValidate
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          // A portal is in the form that opened it, for React.
          event.stopPropagation();
          const { input, issues } = readForm(form, raw, m.issues);
          submission.submit(input, issues, event.currentTarget);
        }}
      >
        <Refusal submission={submission} />
        <FormFields form={form} raw={raw} onChange={setRaw} issues={submission.issues} />
      </form>
    </Dialog>,
    document.body,
  );
}
