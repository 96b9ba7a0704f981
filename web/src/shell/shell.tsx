import { Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { Icon } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { createPart } from './part.ts';
import { Notifications } from './notifications.tsx';
import { PageTitle } from './page-title.tsx';
import { useScreens } from './screens.ts';
import type { ScreenLink } from './screens.ts';
import styles from './shell.module.css';
import { Keys } from './shortcut-table.tsx';
import { useShortcut, useShortcutKeys } from './shortcuts.ts';
import { WireBadge } from './wire-badge.tsx';

const Palette = createPart(async () => (await import('./palette.tsx')).Palette);
const ShortcutList = createPart(async () => (await import('./shortcut-list.tsx')).ShortcutList);

function Item({ path, icon, label, keys }: ScreenLink) {
  const { shell: m } = useMessages();
  const [isHere] = useRoute(path);
  const [, go] = useLocation();
  useShortcut(keys, m.goTo(label), () => go(path));
  return (
    <Link href={path} className={styles.item} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
    </Link>
  );
}

/** The frame of every screen: where one can go, what one can do from everywhere, and how the connection is. */
export function Shell({ children }: { children: ReactNode }) {
  const { shell: m } = useMessages();
  const screens = useScreens();
  const [location] = useLocation();
  const [shown, setShown] = useState<'palette' | 'shortcuts'>();
  // What is closed may have made room for the other one already.
  const close = (closed: typeof shown) => setShown((now) => (now === closed ? undefined : now));
  useShortcutKeys();
  useShortcut('mod+k', m.openPalette, () => setShown('palette'));
  useShortcut('?', m.showShortcuts, () => setShown('shortcuts'));
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {m.skip}
      </a>
      <header className={styles.side}>
        <span className={styles.brand}>fovea-jobs</span>
        <button
          type="button"
          className={styles.search}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setShown('palette')}
        >
          <Icon name="search" />
          <span>{m.search}</span>
          <Keys keys="mod+k" />
        </button>
        {screens.length > 0 && (
          <nav className={styles.nav} aria-label={m.navigation}>
            {screens.map((screen) => (
              <Item key={screen.path} {...screen} />
            ))}
          </nav>
        )}
        <WireBadge />
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        <ErrorBoundary place={location}>{children}</ErrorBoundary>
      </main>
      <PageTitle />
      <Notifications />
      <ErrorBoundary place={shown ?? ''}>
        <Suspense>
          {shown === 'palette' && <Palette onClose={() => close('palette')} />}
          {shown === 'shortcuts' && <ShortcutList onClose={() => close('shortcuts')} />}
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}
