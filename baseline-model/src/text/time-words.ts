const months =
  'january february march april may june july august september october november december januar februar märz mai juni juli oktober dezember';
const days =
  'monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag';
const moments = 'today yesterday tomorrow tonight overnight heute gestern morgen';
const spans =
  'week month year quarter decade century season spring summer autumn winter morning afternoon evening night midnight noon';

export const monthNames: ReadonlySet<string> = new Set(months.split(' '));

/** Times within the span of one program, so that an account may omit them. */
export const nearTimes: ReadonlySet<string> = new Set(`${days} ${moments}`.split(' '));

/** Words for times, besides numbers. */
export const timeWords: ReadonlySet<string> = new Set(
  `${months} ${days} ${moments} ${spans}`.split(' '),
);
