import { useMessages } from '../../messages/messages.tsx';
import styles from './confidence.module.css';

/** How sure a model is, from 0 to 1, as a bar and in percent. */
export function Confidence({ share }: { share: number }) {
  const { result: m } = useMessages();
  const percent = Math.round(share * 100);
  return (
    <span className={styles.confidence} title={m.confident(percent)}>
      <i aria-hidden="true">
        <i style={{ width: `${percent}%` }} />
      </i>
      <span className="visually-hidden">{m.confident(percent)}</span>
      <span aria-hidden="true" dir="ltr">
        {percent} %
      </span>
    </span>
  );
}
