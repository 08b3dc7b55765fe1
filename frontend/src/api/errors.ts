import { remedyForPeople } from "./remedy";

/** What went wrong with a request, as a sentence and what to do. */
export interface ErrorFacts {
  /** The HTTP status; 0: no answer at all. */
  status: number;
  code: string;
  message: string;
  remedy: string;
  /** More of it; `fields`: what is wrong with which field, where a form was refused. */
  details?: Record<string, unknown>;
  /** Under which the gateway's log has the request; null: it said none. */
  requestId?: string | null;
}

/** A request that was refused, failed, or not answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;

  constructor(facts: ErrorFacts) {
    super(facts.message);
    this.name = "ApiError";
    this.status = facts.status;
    this.code = facts.code;
    this.remedy = facts.remedy;
    this.details = facts.details ?? {};
    this.requestId = facts.requestId ?? null;
  }

  /** "(request 5f0c6a1e)": how the operator finds it in the log; empty where that is of no use. */
  get inLog(): string {
    return this.status >= 500 && this.requestId !== null ? `(request ${this.requestId})` : "";
  }

  /** In how many seconds the gateway wants to be asked again, where it says so. */
  get retryAfterS(): number | null {
    const seconds = this.details.retry_after_s;
    return typeof seconds === "number" && seconds > 0 ? seconds : null;
  }

  /** What is wrong with the fields of a form, by their names. */
  get fields(): Readonly<Record<string, string>> {
    const { fields } = this.details;
    if (!isRecord(fields)) return {};
    return Object.fromEntries(Object.entries(fields).map(([name, wrong]) => [name, sentence(wrong)]));
  }

  /** Whether the same request may well succeed in a while. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * There was no answer, or only a part of one in time. `isCommand`: something was to be done, which is not tried again by
 * itself; it may have been done, or may be done still.
 */
export function unreachable(isCommand: boolean): ApiError {
  return new ApiError({
    status: 0,
    code: "unreachable",
    message: "The gateway does not answer.",
    remedy: isCommand
      ? "It is not known whether it was done. Look, then try again."
      : "Recording goes on without it. This page tries again by itself.",
  });
}

/** What to throw for what reading an answer's body has met: a cut or too slow line; an abort by who asked stays one. */
export function bodyError(error: unknown): unknown {
  const isTooSlow = error instanceof DOMException && error.name === "TimeoutError";
  return isTooSlow || error instanceof TypeError ? unreachable(false) : error;
}

/** Reads the gateway's envelope out of `response`, or out of `body` where that was read already. */
export async function errorOf(response: Response, body?: unknown): Promise<ApiError> {
  const read = body ?? (await response.json().catch(() => undefined));
  const error = isRecord(read) && isRecord(read.error) ? read.error : {};
  return new ApiError({
    status: response.status,
    code: text(error.code) ?? "unknown",
    message: text(error.message) ?? `The gateway answered with status ${response.status}.`,
    remedy:
      typeof error.remedy === "string" && error.remedy !== ""
        ? remedyForPeople(error.remedy)
        : "Try again; if it stays so, ask your operator to look at the gateway's log.",
    details: isRecord(error.details) ? error.details : {},
    requestId: response.headers.get("X-Request-ID"),
  });
}

// A field's problem is a text, or a list of texts where a schema refused it.
function sentence(wrong: unknown): string {
  return (Array.isArray(wrong) ? wrong : [wrong]).filter((one) => typeof one === "string").join(" ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
