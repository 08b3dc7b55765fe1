import { Menu, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import classes from "./RateMenu.module.css";
import { RATES, rateText } from "./rates";

/** How fast it plays, and the choice of it. */
export function RateMenu({ rate, onRate }: { rate: number; onRate: (rate: number) => void }) {
  return (
    <Menu position="top" width={96} shadow="none" transitionProps={{ duration: 120 }}>
      <Menu.Target>
        <UnstyledButton
          className={classes.button}
          aria-label={`Speed: ${rateText(rate)}`}
          title="Speed ([ and ])"
        >
          {rateText(rate)}
          <IconChevronDown size={14} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {[...RATES].reverse().map((one) => (
          <Menu.Item
            key={one}
            className={one === rate ? classes.chosen : undefined}
            aria-current={one === rate || undefined}
            onClick={() => onRate(one)}
          >
            {rateText(one)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
