/** An answer as a client sees it; `body` is parsed where it is JSON. */
export interface Answer { status: number; headers: Headers; body: any; text: string }

export interface Ask { body?: unknown; headers?: Record<string, string>; token?: string | undefined; session?: string | undefined; key?: string }

export interface Client {
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  get(path: string, ask?: Ask): Promise<Answer>
  post(path: string, body?: unknown, ask?: Ask): Promise<Answer>
}

/** A client of the REST API, over real HTTP unless `send` is another way. A string body is sent as it is. */
export const client = (url: string, send: (url: string, init: RequestInit) => Promise<Response> = fetch): Client => {
  const ask = async (method: string, path: string, { body, headers = {}, token, session, key }: Ask = {}): Promise<Answer> => {
    const response = await send(url + path, {
      method, redirect: 'manual',
      headers: {
        ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(session === undefined ? {} : { 'x-session': session }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text, text }
  }
  return { ask, get: (path, about) => ask('GET', path, about), post: (path, body, about) => ask('POST', path, { ...about, body }) }
}
