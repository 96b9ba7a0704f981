import { useState } from 'react';
import { useMessages } from '../messages/messages.tsx';
import { setPreferences, usePreferences } from './preferences.ts';
import styles from './settings.module.css';

/** Whether the end of a job is told. The browser asks for its permission at this click, and at no other moment. */
export function NotificationSetting() {
  const { settings: m } = useMessages();
  const { notifies } = usePreferences();
  const isThere = 'Notification' in globalThis && isSecureContext;
  const [permission, setPermission] = useState(isThere ? Notification.permission : 'denied');

  async function change(wanted: boolean): Promise<void> {
    if (!wanted) return setPreferences({ notifies: false });
    const answer = await Notification.requestPermission();
    setPermission(answer);
    setPreferences({ notifies: answer === 'granted' });
  }

  const problem = isThere ? m.blocked : m.notSecure;
  return (
    <>
      <p className={styles.hint}>{m.notificationsHint}</p>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={notifies && permission === 'granted'}
          disabled={permission === 'denied'}
          onChange={({ target }) => void change(target.checked)}
        />
        {m.notify}
      </label>
      {permission === 'denied' && <p className={styles.hint}>{problem}</p>}
    </>
  );
}
