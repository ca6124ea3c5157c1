import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment } from '../../src/process/environment.ts'

/** Whether there is a program that this user may run. */
export const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first folder, of PATH and then of those named, that holds all these programs. */
export const folderWith = (programs: readonly string[], folders: readonly string[]): string | null =>
  [...(environment()['PATH'] ?? '').split(delimiter), ...folders].find((folder) => folder !== '' && programs.every((one) => canRun(join(folder, one)))) ?? null

/** The subfolders of a folder that has one a version, newest first. */
export const versionsIn = (folder: string, part = ''): string[] =>
  existsSync(folder) ? readdirSync(folder).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a)).map((version) => join(folder, version, part)) : []

/** Whom servers run as that refuse to run as root: the first of these users there is; null for whoever runs this. */
export const runAs = (...names: readonly string[]): { uid: number; gid: number } | null => {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  for (const name of names) {
    const found = users.find(([one]) => one === name)
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  return null
}

export interface RunOptions { as: { uid: number; gid: number } | null; env?: Record<string, string> }

/** Runs a program to its end; throws with what it said where it fails. */
export const runProgram = (path: string, args: readonly string[], { as, env = {} }: RunOptions): Promise<string> => new Promise((resolve, reject) => {
  const child = spawn(path, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: environment()['PATH'] ?? '', LC_ALL: 'C', ...env }, ...as })
  let said = ''
  child.stdout.on('data', (chunk) => { said += chunk })
  child.stderr.on('data', (chunk) => { said += chunk })
  child.once('error', reject)
  // A server that it leaves running may keep the pipes: its own end is what counts.
  child.once('exit', (code) => {
    if (code === 0) resolve(said)
    else reject(new Error(`${path} ended with ${code}:\n${said.trim()}`))
  })
})

const isFree = (port: number): Promise<boolean> => new Promise((resolve) => {
  const probe = createServer().once('error', () => resolve(false))
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
})

/** Below what systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): nobody takes the port of one that is down. */
const ports = { from: 20_000, to: 32_000 }
const portTries = 100

/** A port on loopback that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < portTries; tries++) {
    const port = randomInt(ports.from, ports.to)
    if (await isFree(port)) return port
  }
  throw new Error('No port is free')
}

const goneTries = 40
const goneMs = 50

/** The port that a server had (0: it has had none), which one that was just killed may keep for a moment; another where somebody else has it. */
export const portAgain = async (before: number): Promise<number> => {
  for (let tries = 0; before !== 0 && tries < goneTries; tries++) {
    if (await isFree(before)) return before
    await sleep(goneMs)
  }
  return freePort()
}

/**
 * Whether the process runs, and in that folder: a number may have passed on to another, and a killed one whose parent does
 * not ask after it keeps its number. Where the system does not say, that the number is taken must do.
 */
export const isAtWork = (pid: number, folder: string): boolean => {
  try {
    if (existsSync('/proc/self/cwd')) return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether any process runs in that folder, as far as the system says. */
export const anyAtWork = (folder: string): boolean =>
  existsSync('/proc/self/cwd') && readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === realpathSync(folder)
    } catch {
      return false
    }
  })
