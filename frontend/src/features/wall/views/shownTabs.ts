import type { Tab } from "./selection";

// More than these no bar has room for; hosts alone may be hundreds.
const MOST_SHOWN = 8;
const MOST_LISTED = 200;
// So many are seen at a glance.
const SEARCHED_BEYOND = 12;

/** The tabs on the bar, in their order and always with the current one, and those that a menu lists. */
export function shownTabs(tabs: readonly Tab[], current: string): { shown: Tab[]; others: Tab[] } {
  if (tabs.length <= MOST_SHOWN) return { shown: [...tabs], others: [] };
  const first = tabs.slice(0, MOST_SHOWN);
  const chosen = tabs.find((tab) => tab.key === current);
  const shown =
    chosen === undefined || first.includes(chosen) ? first : [...first.slice(0, MOST_SHOWN - 1), chosen];
  return { shown, others: tabs.filter((tab) => !shown.includes(tab)) };
}

/** Those of `others` that the menu lists: whose name has each word of `text`, and how many more there are. */
export function listedTabs(others: readonly Tab[], text: string): { listed: Tab[]; more: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = others.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  return { listed: found.slice(0, MOST_LISTED), more: Math.max(0, found.length - MOST_LISTED) };
}

/** Whether the menu of `others` has a field to find one in. */
export function isToBeSearched(others: readonly Tab[]): boolean {
  return others.length > SEARCHED_BEYOND;
}
