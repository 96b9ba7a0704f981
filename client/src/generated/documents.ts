// Made by scripts/generate.ts.
export const BatchFields = "id name state version progress counts{state count}createdAt completedAt";
export const JobFields = "id type state version progress stage position attempt maxAttempts waiting{reason message until}estimate{startsAfter startsBefore completesAfter completesBefore coverage}createdAt startedAt completedAt nextAttemptAt cancelable cancelRequestedAt retryable subject{title}tags error{code message}";
export const LogFields = "sequence at level attempt message";
export const QueueFields = "type paused pausedAt workers capacity ratePerMinute averageDurationMs completedPerMinute failureRate oldestQueuedAgeMs counts{queued active delayed completed failed}";
export const BatchUpdated = "subscription BatchUpdated($id:ID!$after:Int){batchUpdated(id:$id after:$after){" + BatchFields + "}}";
export const JobUpdated = "subscription JobUpdated($id:ID!$after:Int){jobUpdated(id:$id after:$after){" + JobFields + "}}";
export const JobsUpdated = "subscription JobsUpdated($filter:JobFilter$after:String){jobsUpdated(filter:$filter after:$after){cursor matches job{" + JobFields + "}}}";
export const CancelJob = "mutation CancelJob($id:ID!){cancelJob(id:$id){__typename ...on CancelJobPayload{outcome job{" + JobFields + "}}...on Error{message}}}";
export const RetryJob = "mutation RetryJob($id:ID!){retryJob(id:$id){__typename ...on RetryJobPayload{job{" + JobFields + "}}...on Error{message}}}";
export const JobLogAdded = "subscription JobLogAdded($id:ID!$after:Int){jobLogAdded(id:$id after:$after){" + LogFields + "}}";
export const QueuesUpdated = "subscription QueuesUpdated{queuesUpdated{" + QueueFields + "}}";
