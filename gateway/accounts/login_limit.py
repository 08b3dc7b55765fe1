"""How many failed logins are borne: per account and address, per address, and per account.

Counted in Redis, so that all processes count together; while Redis is away each counts for itself.
"""

import hashlib
import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from threading import Lock

import redis
import structlog
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from shared.clock import Clock
from shared.errors import SettingsError, TooManyRequestsError

# What an address may fail at over all accounts, and an account from all addresses, as multiples of the
# limit for one account from one address.
ADDRESS_FACTOR = 5
ACCOUNT_FACTOR = 10
KEY_PREFIX = "coldframe:failed-logins"
# After Redis failed it is left alone for a while: nobody waits for its timeout with every login.
REDIS_PAUSE_S = 5.0
LARGEST_MEMORY = 10_000


def network_of(address: str) -> str:
    """The network that counts as one address: of IPv6 a customer gets 64 bits' worth at least."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


class MemoryWindow:
    """Counts in a moving window in this process; forgets the least used keys beyond `largest`."""

    def __init__(self, monotonic: Callable[[], float], largest: int = LARGEST_MEMORY) -> None:
        self._monotonic = monotonic
        self._largest = largest
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, key: str, amount: int, window_s: float) -> float:
        """How long until there are fewer than `amount` entries under `key`; 0: there are fewer."""
        with self._lock:
            times = self._recent(key, window_s)
            if len(times) < amount:
                return 0.0
            return times[len(times) - amount] + window_s - self._monotonic()

    def add(self, key: str, window_s: float) -> None:
        with self._lock:
            self._recent(key, window_s).append(self._monotonic())
            self._times.move_to_end(key)
            while len(self._times) > self._largest:
                self._times.popitem(last=False)

    def _recent(self, key: str, window_s: float) -> deque[float]:
        times = self._times.setdefault(key, deque())
        while times and times[0] <= self._monotonic() - window_s:
            times.popleft()
        return times


class LoginLimits:
    """Refuses logins after too many failed ones. `limit`: such as `10 per minute`.

    An attacker with many addresses exhausts an account's limit; addresses that its user has signed in from
    before are let pass by it, so that nobody is locked out of their own account.
    """

    def __init__(
        self, client: redis.Redis, limit: str, clock: Clock, wall_s: Callable[[], float] = time.time
    ) -> None:
        """`wall_s`: this machine's wall clock, which the library of the limits reads by itself."""
        try:
            one = parse(limit)
        except ValueError:
            raise SettingsError(
                f"security.login_limit: {limit!r} is no limit.", remedy="Write it as: 10 per minute"
            ) from None
        self._pair: RateLimitItem = one
        self._address = type(one)(one.amount * ADDRESS_FACTOR, one.multiples)
        self._account = type(one)(one.amount * ACCOUNT_FACTOR, one.multiples)
        self._redis = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=client.connection_pool, key_prefix=KEY_PREFIX)
        )
        self._memory = MemoryWindow(clock.monotonic)
        self._clock = clock
        self._wall_s = wall_s
        self._redis_back_at_s = float("-inf")

    def check(self, name: str, address: str, is_known_address: Callable[[], bool]) -> None:
        """Raises TooManyRequestsError; nothing is counted.

        `name`: as it was typed, so that nothing tells which names are of one account, or of any.
        """
        for item, key in self._keys(name, address):
            wait_s = self._wait_s(item, key)
            if wait_s <= 0 or (item is self._account and is_known_address()):
                continue
            seconds = max(1, int(wait_s) + 1)
            raise TooManyRequestsError(
                "Too many logins have failed.",
                remedy=f"Try again in {seconds} s.",
                details={"retry_after_s": seconds},
            )

    def count_failure(self, name: str, address: str) -> None:
        """Count a failed login."""
        for item, key in self._keys(name, address):
            self._memory.add(key, item.get_expiry())
            if self._is_redis_away():
                continue
            try:
                self._redis.hit(item, key)
            except redis.RedisError as error:
                self._leave_redis(error)

    def _keys(self, name: str, address: str) -> Sequence[tuple[RateLimitItem, str]]:
        # Hashed: what people type into a name's field may be a password, and is of any length.
        account = hashlib.sha256(name.lower().encode()).hexdigest()[:32]
        network = network_of(address)
        return (
            (self._pair, f"pair:{account}:{network}"),
            (self._address, f"address:{network}"),
            (self._account, f"account:{account}"),
        )

    def _wait_s(self, item: RateLimitItem, key: str) -> float:
        if not self._is_redis_away():
            try:
                if self._redis.test(item, key):
                    return 0.0
                return self._redis.get_window_stats(item, key).reset_time - self._wall_s()
            except redis.RedisError as error:
                self._leave_redis(error)
        return self._memory.wait_s(key, item.amount, item.get_expiry())

    def _is_redis_away(self) -> bool:
        return self._clock.monotonic() < self._redis_back_at_s

    def _leave_redis(self, error: redis.RedisError) -> None:
        structlog.get_logger().warning(
            "login_limits_in_memory", reason="Redis cannot be used", error=str(error), for_s=REDIS_PAUSE_S
        )
        self._redis_back_at_s = self._clock.monotonic() + REDIS_PAUSE_S
