"""What pictures are taken of: every page, and what is done on it first."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.support.e2e_screens import SCREENS, Screen

# What appears has come to rest after that; nothing moves for who asks for less motion.
SETTLED_MS = 700


@dataclass(frozen=True, slots=True)
class State:
    """A page, and what is done on it before the picture is taken."""

    name: str
    screen: Screen
    act: Callable[[Page], None] = lambda page: None

    @property
    def role(self) -> str | None:
        return self.screen.role

    def show(self, page: Page) -> None:
        self.screen.show(page)
        self.act(page)


def _hover_minute(page: Page) -> None:
    cells = page.get_by_role("application")
    box = cells.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + min(box["height"] * 0.6, 300))


def _hover_tile(page: Page) -> None:
    page.get_by_test_id("tile").first.hover()
    page.wait_for_timeout(3_000)  # until it plays live


def _fail_sign_in(page: Page) -> None:
    page.get_by_label("User name or e-mail").fill("nobody")
    page.get_by_label("Password", exact=True).fill("no password of theirs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def _search(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("yesterday 14:20")


def _scrub(page: Page) -> None:
    lanes = page.get_by_role("slider", name="Play head")
    box = lanes.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)


def _click(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()

    return act


def _ask_for_password(page: Page) -> None:
    page.get_by_role("button", name="account of").click()
    page.get_by_role("menuitem", name="Change password").click()


def _press(key: str) -> Callable[[Page], None]:
    return lambda page: page.keyboard.press(key)


_OF = {screen.name: screen for screen in SCREENS}

STATES = (
    *(State(screen.name, screen) for screen in SCREENS),
    State("sign-in-refused", _OF["sign-in"], _fail_sign_in),
    State("wall-hover", _OF["wall"], _hover_tile),
    State("heatmap-minute", _OF["heatmap"], _hover_minute),
    State("device-heatmap-minute", _OF["device-heatmap"], _hover_minute),
    State("player-hover", _OF["player-archive"], _scrub),
    State("player-export", _OF["player-archive"], _press("e")),
    State("player-go-to", _OF["player-archive"], _press("g")),
    State("search", _OF["wall"], _search),
    State("keys", _OF["player-archive"], _press("?")),
    State("new-camera", _OF["cameras"], _click("Add a camera")),
    State("edit-camera", _OF["camera"], _click("Edit")),
    State("new-group", _OF["groups"], _click("New group")),
    State("enrol", _OF["hosts"], _click("Enrol a host")),
    State("new-user", _OF["users"], _click("New user")),
    State("audit-entry", _OF["audit"], _click("Created user")),
    State("password", _OF["users"], _ask_for_password),
)
