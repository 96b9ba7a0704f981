import type { ReactNode } from 'react';
import styles from './layout.module.css';

/** A result: the video stays in sight beside what is read. On a narrow page it is on top. */
export function ResultLayout({ video, children }: { video: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.room}>
      <div className={styles.layout}>
        <div className={styles.video}>{video}</div>
        <div className={styles.texts}>{children}</div>
      </div>
    </div>
  );
}

/** A part of a result, with its name. */
export function Panel({
  title,
  note,
  actions,
  isWide = false,
  children,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel} aria-label={title} data-wide={isWide}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {note !== undefined && <span className={styles.note}>{note}</span>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
