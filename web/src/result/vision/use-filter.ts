import { useLocation, useSearch } from 'wouter';

export interface DetectionFilter {
  /** Those that are hidden. */
  hidden: ReadonlySet<string>;
  /** The lowest confidence that is shown, in percent. */
  minPercent: number;
  toggle: (label: string) => void;
  setMinPercent: (percent: number) => void;
}

/** Which labels and confidences are shown. It is in the page's URL. */
export function useFilter(): DetectionFilter {
  const params = new URLSearchParams(useSearch());
  const [path, navigate] = useLocation();
  const hidden = new Set(params.getAll('hide'));
  const minPercent = Number(params.get('min') ?? 0) || 0;

  function change(apply: (next: URLSearchParams) => void): void {
    const next = new URLSearchParams(location.search);
    apply(next);
    navigate(`${path}?${next}${location.hash}`, { replace: true });
  }

  return {
    hidden,
    minPercent,
    toggle: (label) =>
      change((next) => {
        const before = next.getAll('hide');
        const after = before.includes(label)
          ? before.filter((it) => it !== label)
          : [...before, label];
        next.delete('hide');
        for (const it of after) next.append('hide', it);
      }),
    setMinPercent: (percent) =>
      change((next) => (percent > 0 ? next.set('min', String(percent)) : next.delete('min'))),
  };
}
