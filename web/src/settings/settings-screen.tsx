import type { ReactNode } from 'react';
import { toServerUrl } from '../api/locations.ts';
import { Screen } from '../controls/screen.tsx';
import { languages, useLanguage, useMessages } from '../messages/messages.tsx';
import { ShortcutTable } from '../shell/shortcut-table.tsx';
import { Choice } from './choice.tsx';
import { NotificationSetting } from './notification-setting.tsx';
import { setPreferences, usePreferences } from './preferences.ts';
import { SessionSetting } from './session-setting.tsx';
import styles from './settings.module.css';

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

/** What somebody likes in this browser, and who they are. */
export function SettingsScreen() {
  const { shell, settings: m } = useMessages();
  const { language, setLanguage } = useLanguage();
  const { theme, density } = usePreferences();
  return (
    <Screen title={shell.settings}>
      <div className={styles.sections}>
        <Section title={m.appearance}>
          <Choice
            label={m.theme}
            options={m.themes}
            value={theme}
            onChange={(next) => setPreferences({ theme: next })}
          />
          <Choice
            label={m.density}
            options={m.densities}
            value={density}
            onChange={(next) => setPreferences({ density: next })}
          />
          <Choice label={m.language} options={languages} value={language} onChange={setLanguage} />
        </Section>
        <Section title={m.notifications}>
          <NotificationSetting />
        </Section>
        <Section title={m.session}>
          <SessionSetting />
        </Section>
        <Section title={shell.shortcuts}>
          <ShortcutTable />
        </Section>
        <Section title={m.api}>
          <p className={styles.hint}>{m.apiHint}</p>
          <a href={toServerUrl('graphql')}>{m.openGraphiQL}</a>
        </Section>
      </div>
    </Screen>
  );
}
