import type { Log } from '../module/log.ts'
import type { Job } from '../module/module.ts'
import type { World } from '../module/world.ts'

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000

/** Runs each job again and again, `everyMs` after it ended; one that throws is tried again later and later. */
export const runJobs = (jobs: readonly (Job & { module: string })[], world: World, log: Log): { stop(): Promise<void> } => {
  const end = new AbortController()
  const run = async (job: Job & { module: string }) => {
    let failures = 0
    while (!end.signal.aborted) {
      let waitMs = job.everyMs
      try {
        await job.run(end.signal)
        failures = 0
      } catch (error) {
        if (end.signal.aborted) return
        waitMs = Math.max(job.everyMs, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++))
        log.error('a job failed and will run again', { module: job.module, job: job.name, waitMs, error })
      }
      await world.sleep(waitMs, end.signal).catch(() => {})
    }
  }
  const running = jobs.map(run)
  return {
    async stop() {
      end.abort(new Error('the process stops'))
      await Promise.all(running)
    },
  }
}
