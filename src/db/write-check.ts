/** Refused by a standby and by a read-only session, with 25006; else it changes nothing, and writes no log. */
export const writeCheck = 'update lease set holder = holder where false';
