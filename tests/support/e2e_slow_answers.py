"""A gateway whose answers are late and then bad, until a test says that it is well again."""

import re

from playwright.sync_api import Page, Route

REFUSED = {
    "success": False,
    "error": {
        "code": "unavailable",
        "message": "The database does not answer.",
        "remedy": "Wait a little.",
        "details": {},
    },
}


class SlowAnswers:
    """Holds the first request to `address` (a pattern) back, and refuses the others, while it `is_ill`."""

    def __init__(self, page: Page, address: re.Pattern[str]) -> None:
        self.is_ill = True
        self._held: list[Route] = []
        page.route(address, self._answer)

    def refuse_what_is_held(self) -> None:
        self._held[0].fulfill(status=503, json=REFUSED)

    def _answer(self, route: Route) -> None:
        if not self.is_ill:
            route.continue_()
        elif not self._held:
            self._held.append(route)
        else:
            route.fulfill(status=503, json=REFUSED)
