import { ActionIcon, Menu } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type Tab, wallPath } from "./selection";
import { isToBeSearched, listedTabs, shownTabs } from "./shownTabs";
import classes from "./ViewTabs.module.css";

/** What the wall can show: links, since each has an address. */
export function ViewTabs({
  tabs,
  current,
  onAdd,
}: {
  tabs: readonly Tab[];
  /** The key of the one that is shown. */
  current: string;
  /** Saves the present arrangement. */
  onAdd: () => void;
}) {
  const { shown, others } = shownTabs(tabs, current);
  return (
    <div className={classes.views}>
      <nav aria-label="Views of the wall" className={classes.tabs}>
        {shown.map((tab) => (
          <Link
            key={tab.key}
            to={wallPath(tab.selection)}
            className={classes.tab}
            aria-current={tab.key === current ? "page" : undefined}
          >
            {tab.label} <span className={classes.count}>{tab.count}</span>
          </Link>
        ))}
      </nav>
      {others.length > 0 && <MoreTabs others={others} />}
      <ActionIcon
        className={classes.add ?? ""}
        variant="subtle"
        color="gray"
        size={28}
        aria-label="Save this arrangement as a view"
        title="Save this arrangement as a view"
        onClick={onAdd}
      >
        <IconPlus size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function MoreTabs({ others }: { others: readonly Tab[] }) {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const hasField = isToBeSearched(others);
  const { listed, more } = listedTabs(others, text);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes.tab}>
          {others.length.toLocaleString("en-GB")} more <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: "auto" }}>
        {hasField && (
          <Menu.Search
            size="xs"
            aria-label="Find a view"
            placeholder="Part of a name"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {listed.map((tab) => (
          <Menu.Item key={tab.key} onClick={() => void navigate(wallPath(tab.selection))}>
            {tab.label} <span className={classes.count}>{tab.count}</span>
          </Menu.Item>
        ))}
        {listed.length === 0 && <Menu.Label>None is called so</Menu.Label>}
        {more > 0 && <Menu.Label>{more.toLocaleString("en-GB")} more: type a part of the name</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
