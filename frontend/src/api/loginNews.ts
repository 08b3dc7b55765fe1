/** What happens to the login, between the tabs of one browser: they share its cookies. */

export type LoginNews = "signed-in" | "signed-out";

const CHANNEL = "coldframe-login";

/** Tells the other tabs. */
export function tellTabs(news: LoginNews): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}

/** Calls `listener` on news of another tab; returns how to stop that. */
export function onLoginNews(listener: (news: LoginNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data === "signed-in" || data === "signed-out") listener(data);
  };
  return () => channel.close();
}
