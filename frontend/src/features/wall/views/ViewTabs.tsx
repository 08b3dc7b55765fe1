import { ActionIcon, Popover, TextInput } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
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

// Links as those on the bar, not a menu: a field to find one in has no place in a menu.
function MoreTabs({ others }: { others: readonly Tab[] }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const { listed, more } = listedTabs(others, text);
  const [first] = listed;
  const show = (to: boolean) => {
    setOpen(to);
    setText("");
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (first === undefined) return;
    show(false);
    void navigate(wallPath(first.selection));
  };
  return (
    <Popover opened={isOpen} onChange={show} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={classes.tab} onClick={() => show(!isOpen)}>
          {others.length.toLocaleString("en-GB")} more <IconChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        {isToBeSearched(others) && (
          <form onSubmit={submit}>
            <TextInput
              size="xs"
              mb={6}
              aria-label="Find a view"
              placeholder="Part of a name"
              data-autofocus
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </form>
        )}
        <nav aria-label="More views" className={classes.more}>
          {listed.map((tab) => (
            <Link
              key={tab.key}
              to={wallPath(tab.selection)}
              className={classes.tab}
              onClick={() => show(false)}
            >
              {tab.label} <span className={classes.count}>{tab.count}</span>
            </Link>
          ))}
        </nav>
        {listed.length === 0 && <p className={classes.note}>None is called so. Try a shorter part.</p>}
        {more > 0 && (
          <p className={classes.note}>{more.toLocaleString("en-GB")} more: type a part of the name.</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
