/** "1–20 of 37": which part of a list a page shows. */
export function rangeText(page: number, pageSize: number, shown: number, total: number): string {
  const all = total.toLocaleString("en-GB");
  if (shown === 0) return `0 of ${all}`;
  const first = (page - 1) * pageSize + 1;
  return `${first.toLocaleString("en-GB")}–${(first + shown - 1).toLocaleString("en-GB")} of ${all}`;
}
