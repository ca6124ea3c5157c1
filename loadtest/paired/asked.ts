export interface Ask { method?: string; path: string; headers?: Readonly<Record<string, string>>; body?: unknown }

/** A request as its bytes: the same go to the shop and to the reference. */
export const asked = ({ method = 'GET', path, headers = {}, body }: Ask): Buffer => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [`${method} ${path} HTTP/1.1`, 'host: shop.example', 'user-agent: mercado-bench']
  if (body !== undefined) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(text)}`)
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
