import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second, whatever the kernel's own clock. */
const usPerTick = 10_000;

/** User and system time of a process so far, all its threads, in µs. */
export function readCpu(pid: number): number {
  const fields = readStat(pid);
  return (Number(fields[11]) + Number(fields[12])) * usPerTick;
}

/** The same of a process and its children, those that have ended included. */
export function readFamilyCpu(pid: number): number {
  const own = readStat(pid);
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(own[index]), 0);
  const children = listProcesses().filter((child) => Number(tryReadStat(child)?.[1]) === pid);
  return children.reduce((sum, child) => sum + readIfAlive(child), ticks * usPerTick);
}

/** Memory that a process has in use, in bytes. */
export function readMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

export function readParent(pid: number): number {
  return Number(readStat(pid)[1]);
}

/** The fields of `/proc/<pid>/stat` after the name, which may hold anything: state first. */
function readStat(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function tryReadStat(pid: number): string[] | undefined {
  try {
    return readStat(pid);
  } catch {
    return undefined; // it has ended since it was listed
  }
}

function readIfAlive(pid: number): number {
  const fields = tryReadStat(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) * usPerTick : 0;
}

function listProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean);
}
