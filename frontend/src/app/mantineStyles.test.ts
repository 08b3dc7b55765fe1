import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";

const CORE = resolve("node_modules/@mantine/core");

/** What `src` and Mantine's own further packages import of its core. */
function importedNames(): Set<string> {
  const mantine = resolve(CORE, "..");
  const files = ["src", `${mantine}/spotlight/esm`, `${mantine}/notifications/esm`].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(tsx?|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const names = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const [, list] of text.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)) {
      for (const name of (list ?? "").split(",")) names.add(name.trim().replace(/^type | as .*$/g, ""));
    }
  }
  return names;
}

/** The style sheets that the modules of `names` need, with those of the modules that they import. */
function neededSheets(names: Set<string>): Set<string> {
  const index = readFileSync(`${CORE}/esm/index.mjs`, "utf8");
  const waiting = [...index.matchAll(/import \{([^}]*)\} from "([^"]+)"/g)]
    .filter(([, list]) =>
      (list ?? "").split(",").some((name) => names.has(name.trim().replace(/^.* as /, ""))),
    )
    .map(([, , path]) => resolve(`${CORE}/esm`, path ?? ""));
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    for (const [, path] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      waiting.push(resolve(dirname(file), path ?? ""));
    }
  }
  const sheets = [...seen].map((file) => /([^/]+)\.module\.mjs$/.exec(file)?.[1]);
  return new Set(sheets.filter((name) => name !== undefined));
}

test("each part of Mantine that is used has its style sheet", () => {
  const loaded = [...readFileSync("src/app/mantine.css", "utf8").matchAll(/styles\/(\w+)\.css/g)];
  const needed = [...neededSheets(importedNames())].filter((name) =>
    existsSync(`${CORE}/styles/${name}.css`),
  );
  expect(needed.length).toBeGreaterThan(10);
  const names = new Set(loaded.map(([, name]) => name));
  expect(needed.filter((name) => !names.has(name))).toEqual([]);
});
