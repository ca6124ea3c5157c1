/** The part of a process's output that is used here. */
export interface Output { write(text: string): unknown; on(event: 'error', told: (error: Error) => void): unknown; listenerCount(event: 'error'): number }

/** Writes to an output as long as it takes what is written: a full disk, or a reader that is gone, costs lines of the log and never the shop. */
export const outlet = (output: Output): ((text: string) => void) => {
  // Node tells of it by an event, which ends the process where nobody listens, and tries the next line all the same.
  if (output.listenerCount('error') === 0) output.on('error', () => {})
  return (text) => {
    try {
      output.write(text)
    } catch {
      // Deno throws instead.
    }
  }
}
