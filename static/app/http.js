/**
 * The only file that calls fetch. Tells an answer of ours from everything else a network may say: a captive portal's
 * page, a proxy's error, a redirect to a login, half a JSON. Decides nothing, retries nothing, keeps nothing.
 */

const TIMEOUT_MS = 30_000;
const GZIP_FROM_CHARACTERS = 1_024;

/**
 * @typedef {object} Reply
 * @property {number} status            0 when nothing came back
 * @property {boolean} ok               a 2xx answer of ours, with a JSON object in `data`
 * @property {Record<string, any>|null} data
 * @property {{code: string, message: string, cause?: unknown}|null} problem   a refusal of ours
 * @property {number|null} retryAfterSeconds
 * @property {string|null} etag
 * @property {number|null} serverTimeMs the server's Date header; may be a proxy's
 */

/**
 * @param {string} method
 * @param {string} path                 same origin, starts with /
 * @param {{token?: string|null, body?: unknown, gzip?: boolean, etag?: string|null, cookies?: boolean}} [options]
 * @returns {Promise<Reply>} never rejects
 */
export async function call(method, path, options = {}) {
  try {
    return await read(await fetch(path, await request(method, options)));
  } catch {
    return { status: 0, ok: false, data: null, problem: null, retryAfterSeconds: null, etag: null, serverTimeMs: null };
  }
}

/**
 * @param {string} method
 * @param {{token?: string|null, body?: unknown, gzip?: boolean, etag?: string|null, cookies?: boolean}} options
 * @returns {Promise<RequestInit>}
 */
async function request(method, { token, body, gzip, etag, cookies }) {
  const headers = new Headers({ Accept: "application/json" });
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (etag) headers.set("If-None-Match", etag);
  /** @type {BodyInit|undefined} */
  let bytes;
  if (body !== undefined) {
    const text = JSON.stringify(body);
    headers.set("Content-Type", "application/json");
    bytes = text;
    if (gzip && text.length > GZIP_FROM_CHARACTERS && "CompressionStream" in globalThis) {
      bytes = await compressed(text);
      headers.set("Content-Encoding", "gzip");
    }
  }
  return {
    method,
    headers,
    body: bytes,
    cache: "no-store",
    redirect: "manual",
    referrerPolicy: "no-referrer",
    credentials: cookies ? "same-origin" : "omit",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
}

/** @param {string} text */
async function compressed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** @param {Response} response @returns {Promise<Reply>} */
async function read(response) {
  const type = (response.headers.get("Content-Type") || "").split(";")[0].trim();
  const data = type === "application/json" || type === "application/problem+json" ? await object(response) : null;
  const problem = type === "application/problem+json" && data && typeof data.code === "string" ? data : null;
  const date = Date.parse(response.headers.get("Date") || "");
  return {
    status: response.type === "opaqueredirect" ? 302 : response.status,
    ok: response.ok && type === "application/json" && data !== null,
    data: problem ? null : data,
    problem: problem ? { ...problem, code: problem.code, message: String(problem.message) } : null,
    retryAfterSeconds: seconds(response.headers.get("Retry-After"), date),
    etag: response.headers.get("ETag"),
    serverTimeMs: Number.isNaN(date) ? null : date,
  };
}

/** @param {Response} response @returns {Promise<Record<string, any>|null>} */
async function object(response) {
  try {
    const value = await response.json();
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). @param {string|null} header @param {number} nowMs */
function seconds(header, nowMs) {
  if (!header) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const wait = (Date.parse(header) - nowMs) / 1000;
  return Number.isNaN(wait) ? null : Math.max(0, Math.ceil(wait));
}
