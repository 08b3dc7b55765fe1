"""Every page on a wide and on a narrow window, in both themes: accessible, and nothing sticks out."""

import pytest

from tests.support.browser import NARROW, WIDE, Theme, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll, set_theme
from tests.support.e2e_screens import SCREENS, Screen

THEMES: tuple[Theme, ...] = ("dark", "light")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_is_accessible_and_no_wider_than_its_window_in_both_themes(
    windows: Windows, screen: Screen, size: tuple[int, int]
) -> None:
    page = windows.open(screen.role, size=size)
    screen.show(page)
    for theme in THEMES:
        set_theme(page, theme)
        assert_accessible(page)
        assert_no_horizontal_scroll(page)
