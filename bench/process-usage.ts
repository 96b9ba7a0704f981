import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in ticks of a hundredth of a second. */
const usPerTick = 10_000;

/** User and system time of a process so far, of all its threads, in µs. */
export function readCpu(pid: number): number {
  const fields = readStat(pid);
  return (Number(fields[11]) + Number(fields[12])) * usPerTick;
}

/** The same for a process and its children, also those that have ended. */
export function readFamilyCpu(pid: number): number {
  const own = readStat(pid);
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(own[index]), 0);
  const children = listProcesses().filter((child) => Number(tryReadStat(child)?.[1]) === pid);
  return children.reduce((sum, child) => sum + readIfAlive(child), ticks * usPerTick);
}

/** Resident memory of a process, in bytes. */
export function readMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

export function readParent(pid: number): number {
  return Number(readStat(pid)[1]);
}

/** The fields of `/proc/<pid>/stat` after the name, which may contain anything; the first is the state. */
function readStat(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function tryReadStat(pid: number): string[] | undefined {
  try {
    return readStat(pid);
  } catch {
    return undefined; // the process has ended since it was listed
  }
}

function readIfAlive(pid: number): number {
  const fields = tryReadStat(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) * usPerTick : 0;
}

function listProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean);
}
