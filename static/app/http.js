/**
 * The only file that calls fetch. Tells an answer of ours from everything else a network may say: a captive portal's
 * page, a proxy's error, a redirect to a login, half a JSON. Decides nothing, retries nothing, keeps nothing.
 */

/** Without a byte, the road is dead. A slow one is not: on 2G a page of the feed takes minutes (T16). */
const SILENCE_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 2; // a third of 2G: fetch says nothing of what is on its way up
const LONGEST_MS = 10 * 60_000; // who gives a byte now and then is not a server
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
  const road = patience();
  try {
    const asked = await request(method, options);
    road.alive(sizeOf(asked.body) / SLOWEST_BYTES_PER_MS);
    return await read(await fetch(path, { ...asked, signal: road.signal }), road.alive);
  } catch {
    return { status: 0, ok: false, data: null, problem: null, retryAfterSeconds: null, etag: null, serverTimeMs: null };
  } finally {
    road.end();
  }
}

/** @typedef {(moreMs?: number) => void} Alive */
/** Gives a request up after a silence, which each sign of life begins anew. */
function patience() {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const whole = setTimeout(abort, LONGEST_MS);
  let silence = setTimeout(abort, SILENCE_MS);
  /** @type {Alive} */
  const alive = (moreMs = 0) => {
    clearTimeout(silence);
    silence = setTimeout(abort, SILENCE_MS + moreMs);
  };
  return { signal: controller.signal, alive, end: () => [whole, silence].forEach(clearTimeout) };
}

/** @param {BodyInit|null|undefined} body */
function sizeOf(body) {
  return body instanceof ArrayBuffer ? body.byteLength : String(body ?? "").length;
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
  };
}

/** @param {string} text */
async function compressed(text) {
  const packer = new CompressionStream("gzip");
  const writer = packer.writable.getWriter(); // half the time of a Blob's stream piped through
  const written = writer.write(new TextEncoder().encode(text)).then(() => writer.close());
  const [packed] = await Promise.all([new Response(packer.readable).arrayBuffer(), written]);
  return packed;
}

/** @param {Response} response @param {Alive} alive @returns {Promise<Reply>} */
async function read(response, alive) {
  const type = (response.headers.get("Content-Type") || "").split(";")[0].trim();
  const data = type === "application/json" || type === "application/problem+json" ? await object(response, alive) : null;
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

/** @param {Response} response @param {Alive} alive @returns {Promise<Record<string, any>|null>} null when it is not one, or was cut */
async function object(response, alive) {
  try {
    const value = JSON.parse(await text(response, alive));
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {Response} response @param {Alive} alive @returns {Promise<string>} */
async function text(response, alive) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let read = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return read + decoder.decode();
    alive();
    read += decoder.decode(value, { stream: true });
  }
}

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). @param {string|null} header @param {number} nowMs */
function seconds(header, nowMs) {
  if (!header) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const wait = (Date.parse(header) - nowMs) / 1000;
  return Number.isNaN(wait) ? null : Math.max(0, Math.ceil(wait));
}
