// Made by scripts/generate.ts.
import { BatchFields, JobFields, LogFields, QueueFields } from './documents.ts';
export const Job = "query Job($id:ID!){job(id:$id){" + JobFields + "}}";
export const Jobs = "query Jobs($filter:JobFilter$after:String$known:JobFilter$first:Int){jobs(filter:$filter after:$after first:$first){pageInfo{hasNextPage endCursor}edges{node{" + JobFields + "}}}known:jobs(filter:$known first:$first){edges{node{" + JobFields + "}}}}";
export const Batch = "query Batch($id:ID!){batch(id:$id){" + BatchFields + "}}";
export const JobLogs = "query JobLogs($id:ID!$after:Int){job(id:$id){state logs(after:$after){" + LogFields + "}}}";
export const Queues = "query Queues{queues{" + QueueFields + "}}";
