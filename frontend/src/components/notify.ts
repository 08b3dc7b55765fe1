/** A short message at the edge of the window about what was done, or could not be. */

export interface Notice {
  title: string;
  message?: string;
  /** "problem" stays until it is closed; the others go by themselves. */
  kind?: "done" | "problem";
}

let isAsked = false;
const listeners = new Set<() => void>();

/** `notify({ title: "Link copied" })`, from anywhere. Where an answer belongs to a form, say it there instead. */
export function notify(notice: Notice): void {
  isAsked = true;
  for (const listener of listeners) listener();
  void import("@mantine/notifications").then(({ notifications }) =>
    notifications.show({
      title: notice.title,
      message: notice.message ?? "",
      color: notice.kind === "problem" ? "act" : "archive",
      autoClose: notice.kind === "problem" ? false : 5_000,
      role: notice.kind === "problem" ? "alert" : "status",
      closeButtonProps: { "aria-label": "Close this message" },
    }),
  );
}

/** Whether there was a notice yet: what shows them is loaded with the first one. */
export function isNoticeAsked(): boolean {
  return isAsked;
}

export function onNoticeAsked(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
