/** What is said for a stage of a job, by the server's text, which is English; `#` stands for a number. What is not here is said as it is. */
export const stages: Readonly<Record<string, string>> = {};
