/**
 * How this runtime is told to run a program given as text, in a process of its own: alike on Node and Deno, bundled or not.
 * The program finds `argument` last in its `argv`. Its permissions are all, so on Deno this process needs --allow-run.
 */
export const evaluated = (program: string, argument: unknown): { file: string; args: string[] } => ({
  file: process.execPath,
  args: [...'deno' in process.versions ? ['eval', program] : ['--input-type=module', '--eval', program], JSON.stringify(argument)],
})
