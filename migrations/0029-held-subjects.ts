import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Whoever stores a job keeps what its input names from being deleted until then: who deletes it waits, and then finds the
  // job. A later step of a pipeline may name a summary that does not exist yet. False if anything else is not there.
  await sql`
    create function hold_subjects(job_owner text, job_input jsonb, is_later_step boolean)
    returns boolean language plpgsql as $$
    declare
      held integer;
    begin
      if job_input ? 'videoId' then
        perform from video where owner = job_owner and id = job_input ->> 'videoId' for key share;
        if not found then return false; end if;
      end if;
      if job_input ? 'personaId' then
        perform from persona where owner = job_owner and id = (job_input ->> 'personaId')::uuid for key share;
        if not found then return false; end if;
      end if;
      if job_input ? 'summaryId' then
        perform from video_summary where id = (job_input ->> 'summaryId')::uuid for key share;
        if not found and not is_later_step then return false; end if;
      end if;
      if job_input ? 'summaryIds' then
        perform from video_summary
          where id in (select summary_id::uuid from jsonb_array_elements_text(job_input -> 'summaryIds') named(summary_id))
          for key share;
        get diagnostics held = row_count;
        if held < jsonb_array_length(job_input -> 'summaryIds') and not is_later_step then return false; end if;
      end if;
      return true;
    end $$`.execute(db);
  // What is deleted with a video, and what refers to a deleted summary.
  await sql`create index object_tracking_of_video on object_tracking (owner, video_id, id desc)`.execute(
    db,
  );
  await sql`create index claim_synthesis_source_summary on claim_synthesis_source (summary_id)`.execute(
    db,
  );
}
