import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { canRun } from '../../deploy/local/programs.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
/** A Chromium found on PATH, or null. */
export const findChromium = (path = process.env['PATH'] ?? ''): string | null =>
  path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).find(canRun) ?? null

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

/** A page, and all that went wrong on it or left for another host. */
export interface Watched { page: Page; complaints: string[] }
export interface Browser { open(path: string, wait?: { width?: number; dark?: boolean }): Promise<Watched>; close(): Promise<void> }

/** Starts a browser with an empty profile, for pages of one host. */
export const startBrowser = async (executablePath: string, url: string): Promise<Browser> => {
  const profile = mkdtempSync(join(tmpdir(), 'mercado-browser-'))
  const context: BrowserContext = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: flags, baseURL: url })
  return {
    async open(path, { width = 1200, dark = false } = {}) {
      const page = await context.newPage()
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
      const complaints: string[] = []
      page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(`the console says: ${message.text()}`) })
      page.on('pageerror', (error) => complaints.push(`a script failed: ${error.message}`))
      page.on('requestfailed', (request) => complaints.push(`${request.url()} failed: ${request.failure()?.errorText}`))
      page.on('request', (request) => {
        const to = new URL(request.url())
        if (to.protocol !== 'data:' && to.protocol !== 'blob:' && to.origin !== new URL(url).origin) complaints.push(`it asked another host: ${request.url()}`)
      })
      page.on('response', (response) => { if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`) })
      await page.addInitScript("document.addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))")
      await page.goto(path, { waitUntil: 'networkidle' })
      return { page, complaints }
    },
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
