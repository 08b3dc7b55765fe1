import { VisuallyHidden } from "@mantine/core";
import { missingWords, type Row } from "./rows";
import { MOST } from "./series";

/** The rows in words, for those who do not see the canvas. */
export function Summary({ rows }: { rows: readonly Row[] }) {
  const isSearched = rows.some((row) => row.found !== null);
  return (
    <VisuallyHidden>
      <table>
        <caption>The devices in sight, in words</caption>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Mean activity</th>
            <th scope="col">Footage</th>
            {isSearched && <th scope="col">Minutes found</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.label}</th>
              <td>{row.host}</td>
              <td>{row.trouble ?? row.word ?? "not known"}</td>
              <td>{Math.round((row.meanActivity / MOST) * 100)} %</td>
              <td>{row.knownMinutes === 0 ? "nothing reported" : missingWords([row])}</td>
              {row.found !== null && <td>{row.found.reduce((sum, lit) => sum + lit, 0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
