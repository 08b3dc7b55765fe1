/** What went wrong with a request, as a sentence and what to do. */
export interface ErrorFacts {
  /** The HTTP status; 0: no answer at all. */
  status: number;
  code: string;
  message: string;
  remedy: string;
  /** Field name to what is wrong with it, where a form was refused. */
  details?: Record<string, unknown>;
}

/** A request that was refused, failed, or not answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly details: Record<string, unknown>;

  constructor(facts: ErrorFacts) {
    super(facts.message);
    this.name = "ApiError";
    this.status = facts.status;
    this.code = facts.code;
    this.remedy = facts.remedy;
    this.details = facts.details ?? {};
  }

  /** Whether the same request may well succeed in a while. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
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
      text(error.remedy) ?? "Try again; if it stays so, ask your operator to look at the gateway's log.",
    details: isRecord(error.details) ? error.details : {},
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
