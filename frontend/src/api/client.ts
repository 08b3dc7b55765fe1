/** The gateway's API, typed by its own document; signs requests, and renews the login when it has run out. */
import createClient from "openapi-fetch";
import { bodyError, errorOf, unreachable } from "./errors";
import { noteReached } from "./reachability";
import type { paths } from "./schema";
import { noteServerTime } from "./serverClock";

const CSRF_COOKIE = "coldframe_csrf";
const CSRF_HEADER = "X-CSRF-TOKEN";
// Longer than the gateway waits for the slowest of its hosts.
const ANSWERED_WITHIN_MS = 20_000;
// What was begun is not begun a second time while it is under way: to clear and to import much takes its time.
const DONE_WITHIN_MS = 90_000;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Calls `listener` when the login has ended and could not be renewed; returns how to stop that. */
export function onSignedOut(listener: Listener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** The typed client. Use `answer` or `answerPage` on what it returns. */
export const api = createClient<paths>({ baseUrl: "/", fetch: signedFetch });

/** Like `fetch`, for addresses of the gateway: with the login's proof, a deadline, and one renewal. */
export async function signedFetch(request: Request | string): Promise<Response> {
  const asked = typeof request === "string" ? new Request(request) : request;
  const again = asked.clone();
  const response = await send(asked);
  if (response.status !== 401 || isAboutTheLogin(asked.url)) return response;
  return (await renewLogin()) ? send(again) : response;
}

function isAboutTheLogin(url: string): boolean {
  return /\/auth\/(login|refresh|logout)$/.test(new URL(url).pathname);
}

/** Whether it is to do something, other than to let somebody in: pages ask again by themselves, and do not do again. */
export function isCommand({ method, url }: Pick<Request, "method" | "url">): boolean {
  return method !== "GET" && !/\/auth\/(login|refresh)$/.test(new URL(url).pathname);
}

async function send(request: Request): Promise<Response> {
  const toDo = isCommand(request);
  const headers = new Headers(request.headers);
  const proof = cookie(CSRF_COOKIE);
  if (request.method !== "GET" && proof !== undefined) headers.set(CSRF_HEADER, proof);
  const signal = AbortSignal.any([
    request.signal,
    AbortSignal.timeout(toDo ? DONE_WITHIN_MS : ANSWERED_WITHIN_MS),
  ]);
  const before = Date.now();
  try {
    const response = await fetch(new Request(request, { headers, signal }));
    noteServerTime(response.headers.get("Date"), before, Date.now());
    noteReached(!isOfSomebodyBetween(response));
    return toDo ? await inOnePiece(response) : response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    noteReached(false);
    throw unreachable(toDo);
  }
}

// Who waits for a body no longer knows what was asked for; what breaks off is told here, as not known to be done.
async function inOnePiece(response: Response): Promise<Response> {
  if (NO_BODY.has(response.status)) return response;
  const { status, statusText, headers } = response;
  return new Response(await response.arrayBuffer(), { status, statusText, headers });
}

// The gateway's own refusals are JSON; a proxy before it that finds it gone has words of its own.
function isOfSomebodyBetween(response: Response): boolean {
  return response.status >= 500 && !(response.headers.get("Content-Type") ?? "").includes("json");
}

function cookie(name: string): string | undefined {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? undefined : decodeURIComponent(found.slice(name.length + 1));
}

let renewal: Promise<boolean> | undefined;

/** Renews the login, once for all who ask meanwhile, in all tabs one after the other. False: it has ended. */
export function renewLogin(): Promise<boolean> {
  renewal ??= inTurn()
    .then((isSignedIn) => {
      if (!isSignedIn) for (const listener of signedOutListeners) listener();
      return isSignedIn;
    })
    .finally(() => {
      renewal = undefined;
    });
  return renewal;
}

// Browsers have locks on secure origins and on loopback only; without them two tabs may renew side by side,
// which the gateway allows for half a minute.
async function inTurn(): Promise<boolean> {
  return "locks" in navigator ? await navigator.locks.request("coldframe-login", renew) : await renew();
}

async function renew(): Promise<boolean> {
  // Another tab may have renewed it while this one waited for its turn.
  if ((await send(new Request("/api/v1/auth/me"))).ok) return true;
  const response = await send(new Request("/api/v1/auth/refresh", { method: "POST" }));
  if (response.ok) return true;
  if (response.status === 401 || response.status === 403 || response.status === 422) return false;
  throw await errorOf(response);
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a request was answered with. Throws ApiError. */
export async function answer<T>(asked: Promise<Answered<{ data: T }>>): Promise<T> {
  return (await whole(asked)).data;
}

/** A page of a list, with `meta`. Throws ApiError. */
export async function answerPage<T extends { data: unknown; meta: unknown }>(
  asked: Promise<Answered<T>>,
): Promise<T> {
  return whole(asked);
}

/** For requests whose answer says no more than that it is done. Throws ApiError. */
export async function answerDone(asked: Promise<Answered<unknown>>): Promise<void> {
  const { error, response } = await inFull(asked);
  if (!response.ok) throw await errorOf(response, error);
}

async function whole<T>(asked: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await inFull(asked);
  if (data === undefined || !response.ok) throw await errorOf(response, error);
  return data;
}

// The deadline is for the body too, which is read where the answer is awaited.
function inFull<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw bodyError(error);
  });
}
