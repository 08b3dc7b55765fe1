import type { Tab } from "./selection";

// More than these no bar has room for; hosts alone may be hundreds.
const MOST_SHOWN = 8;
const MOST_LISTED = 200;

/** The tabs on the bar, in their order and always with the current one, and those that a menu lists. */
export function shownTabs(tabs: readonly Tab[], current: string): { shown: Tab[]; others: Tab[] } {
  if (tabs.length <= MOST_SHOWN) return { shown: [...tabs], others: [] };
  const first = tabs.slice(0, MOST_SHOWN);
  const chosen = tabs.find((tab) => tab.key === current);
  const shown =
    chosen === undefined || first.includes(chosen) ? first : [...first.slice(0, MOST_SHOWN - 1), chosen];
  return { shown, others: tabs.filter((tab) => !shown.includes(tab)).slice(0, MOST_LISTED) };
}
