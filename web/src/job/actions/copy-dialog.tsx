import { toServerUrl } from '../../api/locations.ts';
import { Dialog } from '../../controls/dialog.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { session } from '../../session/session.ts';
import styles from './actions.module.css';
import { CopyButton } from '../../controls/copy-button.tsx';

const fields = 'id state version progress stage waiting { message } error { code message }';

/** How a program watches this job, in three languages. */
function listPrograms(id: string): { name: string; code: string }[] {
  const url = toServerUrl('graphql');
  const query = `query { job(id: "${id}") { ${fields} } }`;
  const isSignedIn = session.get().token !== undefined;
  return [
    {
      name: 'GraphQL',
      code: `subscription {\n  jobUpdated(id: "${id}") {\n    ${fields}\n  }\n}`,
    },
    {
      name: 'curl',
      code: [
        `curl ${url}`,
        ...(isSignedIn ? [`-H "Authorization: Bearer $TOKEN"`] : []),
        `-H 'content-type: application/json'`,
        `-d '${JSON.stringify({ query })}'`,
      ].join(' \\\n  '),
    },
    {
      name: 'React',
      code: `import { useJob } from 'fovea-jobs-client/react';\n\nconst { job, error, cancel } = useJob('${id}');`,
    },
  ];
}

/** What this page does, for programs: all of it is public API. */
export function CopyDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { job: m } = useMessages();
  return (
    <Dialog title={m.copyAs} onClose={onClose}>
      <div className={styles.form}>
        {listPrograms(id).map(({ name, code }) => (
          <section key={name} className={styles.code} aria-label={name}>
            <header>
              <h3>{name}</h3>
              <CopyButton text={code} />
            </header>
            <pre dir="ltr">{code}</pre>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
