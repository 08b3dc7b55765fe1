"""The id that follows a request."""

import pytest

from shared.http.request_log import accepted_request_id


@pytest.mark.parametrize("offered", ["a", "0123-abc_DEF.4", "x" * 64])
def test_an_id_that_a_caller_sends_is_kept(offered: str) -> None:
    assert accepted_request_id(offered, lambda: "new") == offered


@pytest.mark.parametrize("offered", [None, "", "x" * 65, "a b", "a\nb", "a\n", "<script>", "é", '"'])
def test_what_would_harm_a_log_or_a_header_is_replaced(offered: str | None) -> None:
    assert accepted_request_id(offered, lambda: "new") == "new"
