"""How root starts what refuses to be root's."""

from deploy.local.unprivileged import candidates


def test_the_ways_come_from_the_least_power_to_the_most() -> None:
    plain, reaching, seeming = candidates(101, 104)
    assert plain.prefix[0] == reaching.prefix[0] == "setpriv"
    assert not any("caps" in word for word in plain.prefix)
    assert "+dac_override" in reaching.prefix
    assert (plain.uid, reaching.gid) == (101, 104)
    assert seeming.prefix[0] == "unshare"
    assert (seeming.uid, seeming.gid) == (0, 0)
