import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { Empty } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import { useMessages } from '../messages/messages.tsx';
import type { Bulk } from './bulk/bulk-dialog.tsx';
import { useJobList } from './engine/use-job-list.ts';
import { FilterBar } from './filter/filter-bar.tsx';
import { useFilter } from './filter/use-filter.ts';
import type { FilterState } from './filter/use-filter.ts';
import { JobListView } from './job-list-view.tsx';
import styles from './jobs-screen.module.css';
import { StateTabs } from './state-tabs.tsx';
import { useJobCounts } from './use-job-counts.ts';

/** All jobs of whoever looks; of all, for operators. */
export function JobsScreen() {
  const { jobs: m, shell } = useMessages();
  const filter = useFilter();
  const { list, view } = useJobList(filter.filter);
  const counts = useJobCounts(filter.filter, view);
  const [bulk, setBulk] = useState<Bulk>();
  const begin = (kind: Bulk['kind']) => setBulk({ kind, target: { filter: filter.filter } });
  return (
    <Screen
      title={shell.jobs}
      actions={
        <>
          <Menu
            label={m.allMatching}
            items={[
              { label: m.retryMatching, run: () => begin('retry') },
              { label: m.cancelMatching, run: () => begin('cancel'), isDanger: true },
            ]}
          >
            <Icon name="more" />
          </Menu>
          <Link href="/new" className={styles.new}>
            <Icon name="add" /> {m.newJob}
          </Link>
        </>
      }
    >
      <div className={styles.find}>
        <StateTabs filter={filter} counts={counts} />
        <FilterBar filter={filter} list={list} />
      </div>
      <JobListView
        list={list}
        view={view}
        empty={<NoJobs filter={filter} />}
        bulk={bulk}
        onBulk={setBulk}
        findLike={(job) => filter.setText(job.subject.title)}
      />
    </Screen>
  );
}

function NoJobs({ filter }: { filter: FilterState }) {
  const { jobs: m } = useMessages();
  if (filter.terms.length > 0 || filter.text) {
    return (
      <Empty title={m.noMatchTitle}>
        <Button onClick={filter.clear}>{m.clearFilter}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={m.emptyTitle}>
      <p>{m.emptyText}</p>
      <Link href="/new" className={styles.new}>
        <Icon name="add" /> {m.newJob}
      </Link>
    </Empty>
  );
}
