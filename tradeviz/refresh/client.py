"""Ask a public service and keep its replies, so that a run that was cut short goes on from them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

import numpy as np
import pandas as pd

from tradeviz.errors import ArgumentError, ServiceError
from tradeviz.files import write_whole

if TYPE_CHECKING:
    import requests

Answer = TypeVar("Answer")

SERVICES = {
    "census": "https://api.census.gov",
    "world_bank": "https://api.worldbank.org",
    "tariff": "https://hts.usitc.gov",
    "register": "https://www.federalregister.gov",
}
"""Service -> its address; `--base-url` puts another in the place of all of them."""
KEY = "CENSUS_API_KEY"
KEY_HOW = f"a key in the environment variable {KEY}; get one, free, at "
KEY_HOW += "https://api.census.gov/data/key_signup.html"
_INDEX = "replies.json"
_BUSY = (429, 500, 502, 503, 504)
_PIECE = 1 << 16
_DAY = dt.timedelta(days=1)


class Request(NamedTuple):
    """What is asked of a service: path and parameters, and a few words for the reader."""

    service: str
    path: str
    params: tuple[tuple[str, str], ...]
    title: str

    @property
    def address(self) -> str:
        """Return path and parameters as they are asked, without host and key."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    @property
    def file(self) -> str:
        """Return the name that the kept reply has in the folder of replies."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        digest = hashlib.sha256(self.address.encode()).hexdigest()[:10]
        return f"{self.service}-{slug}-{digest}.json"


@dataclass(frozen=True)
class Manners:
    """How a service is asked: seconds between requests, of patience, and how many tries."""

    pause: float = 0.25
    timeout: float = 60.0
    longest: float = 600.0
    tries: int = 4
    backoff: float = 1.0
    longest_wait: int = 120


class Client:
    """Asks for replies, or takes those that a folder keeps.

    A kept reply younger than a day is not asked for again, or one of any age in a folder that
    the user named (`keep`). Nothing is kept that could not be read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base_url: str | None = None,
        keep: bool = False,
        manners: Manners | None = None,
    ) -> None:
        parts = urlsplit(base_url or "")
        if base_url is not None and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ArgumentError("not an address", field="--base-url", value=base_url,
                                allowed="http://... or https://...")  # fmt: skip
        self.folder, self.keep = folder, keep
        self.base_url = None if base_url is None else base_url.rstrip("/")
        self.manners = manners or Manners()
        self.asked = 0
        self.bytes = 0
        self._index: dict[str, dict[str, str]] = self._read_index()
        self._session: requests.Session | None = None
        self._last = 0.0

    @property
    def day(self) -> dt.date:
        """Return the day of the newest reply, by the service's own clock."""
        days = [entry["received"] for entry in self._index.values()]
        return dt.date.fromisoformat(max(days)[:10]) if days else _now().date()

    def has(self, request: Request) -> bool:
        """Say whether the reply to a request is kept, and not too old."""
        entry = self._index.get(request.file)
        if entry is None or not (self.folder / request.file).is_file():
            return False
        age = _now() - dt.datetime.fromisoformat(entry["received"])
        return self.keep or abs(age) < _DAY

    def get(self, request: Request, read: Callable[[Any], Answer]) -> Answer:
        """Return a reply as `read` understands it; None is what a reply without content holds."""
        kept = self.folder / request.file
        if self.has(request):
            return read(_parsed(kept, request))
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".part")
        try:
            received = self._fetch(request, beside)
            answer = read(_parsed(beside, request))
            os.replace(beside, kept)
        finally:
            beside.unlink(missing_ok=True)
        self._index[request.file] = {"address": request.address, "received": received}
        text = json.dumps(self._index, indent=1, sort_keys=True)
        write_whole(self.folder / _INDEX, text.encode())
        return answer

    def _read_index(self) -> dict[str, dict[str, str]]:
        path = self.folder / _INDEX
        if not path.is_file():
            return {}
        try:
            index: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
            for entry in index.values():
                if dt.datetime.fromisoformat(entry["received"]).utcoffset() is None:
                    raise ValueError("a time without a zone")
        except (ValueError, KeyError, AttributeError, TypeError):
            what = "not a list of kept replies"
            raise ArgumentError(what, field="replies", value=path, allowed="remove it") from None
        return index

    def _fetch(self, request: Request, path: Path) -> str:
        """Write the body of a reply to a file; return when it was received."""
        import requests
        from urllib3.exceptions import HTTPError

        params = list(request.params)
        if request.service == "census":
            params.append(("key", _key()))
        url = (self.base_url or SERVICES[request.service]) + request.path
        reason, asked = "", 0.0
        for attempt in range(self.manners.tries):
            if attempt:
                time.sleep(max(asked, self.manners.backoff * 2 ** (attempt - 1)))
            asked = 0.0
            self._wait()
            try:
                with self._open().get(
                    url, params=params, stream=True, timeout=self.manners.timeout
                ) as reply:
                    if reply.status_code in _BUSY:
                        reason = "busy or broken, after several tries"
                        asked = _asked_for(reply, self.manners.longest_wait)
                        continue
                    self._store(reply, path, request)
                    return _received(reply, request)
            except (requests.RequestException, HTTPError) as error:
                reason = _reason(error)
        raise failed(request, reason)

    def _store(self, reply: requests.Response, path: Path, request: Request) -> None:
        """Write the body of a reply as it comes, and no longer than patience allows."""
        import requests

        status = reply.status_code
        if status not in (200, 204):
            said = " ".join(reply.raw.read(400, decode_content=True).decode("latin-1").split())
            raise failed(request, f"refused with status {status}: {re.sub('<[^>]*>', ' ', said)}")
        until = time.monotonic() + self.manners.longest
        with path.open("wb") as file:
            # What is there already, not a full piece: a reply that drips would never fill one.
            while piece := reply.raw.read1(_PIECE, decode_content=True):
                file.write(piece)
                self.bytes += len(piece)
                if time.monotonic() > until:
                    raise requests.Timeout("slower than patience allows")

    def _wait(self) -> None:
        """Keep the distance between two requests."""
        left = self._last + self.manners.pause - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._last = time.monotonic()
        self.asked += 1

    def _open(self) -> requests.Session:
        """Return the session; it never tries again by itself, so that tries are counted once."""
        if self._session is None:
            import requests

            self._session = requests.Session()
            self._session.headers["User-Agent"] = "tradeviz (refresh)"
        return self._session


def _key() -> str:
    """Return the user's key of the Census Bureau."""
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise ServiceError("the Census Bureau answers only with a key", allowed=KEY_HOW)
    return key


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _asked_for(reply: requests.Response, longest: int) -> float:
    """Return how many seconds a busy service asks to be left alone; 0 where it does not say."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return Retry(retry_after_max=longest).get_retry_after(reply.raw) or 0.0
    except InvalidHeader:
        return 0.0


def _received(reply: requests.Response, request: Request) -> str:
    """Return when a reply came, by the service's clock; the two clocks must agree on the day."""
    own, said = _now(), reply.headers.get("Date")
    try:
        # A clock that names no zone is read as that of Greenwich, as all of them are meant.
        theirs = own if said is None else parsedate_to_datetime(said)
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=dt.UTC)
    except ValueError:
        theirs = own
    if abs(theirs - own) > _DAY:
        raise failed(request, f"its clock says {theirs:%Y-%m-%d}, this computer's {own:%Y-%m-%d}: "
                      "a vintage would have a wrong day; set the clock that is off")  # fmt: skip
    return theirs.isoformat()


def _parsed(path: Path, request: Request) -> Any:
    """Return a kept reply as JSON; None where it has no content."""
    body = path.read_bytes()
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        start = body[:2000].decode("utf-8", "replace")
    if "missing key" in start.lower() or "invalid key" in start.lower():
        raise ServiceError("the Census Bureau does not accept the key", allowed=KEY_HOW)
    raise failed(request, f"not JSON but {' '.join(start.split())[:60]!r}")


def _reason(error: Exception) -> str:
    """Return in a few words why a connection failed."""
    import requests
    from urllib3.exceptions import ProtocolError, ReadTimeoutError, TimeoutError

    # A service that takes a request and says nothing counts there as one that cannot be reached.
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, (requests.Timeout, TimeoutError)) or isinstance(cause, ReadTimeoutError):
        return "too slow"
    if isinstance(error, (requests.exceptions.ChunkedEncodingError, ProtocolError)):
        return "the connection was cut in the middle of the reply"
    return "no connection"


def failed(request: Request, reason: str) -> ServiceError:
    """Return the error of a service that did not answer as it documents."""
    return ServiceError(f"{request.title}: {reason}", file=request.service,
                        allowed="run the command again: replies so far are kept")  # fmt: skip


def table(
    reply: Any, request: Request, columns: Sequence[str], numbers: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the rows of an array of arrays whose first row is the header, as a frame."""
    if reply is None:
        return pd.DataFrame({name: [] for name in columns})
    if not (isinstance(reply, list) and reply and all(isinstance(row, list) for row in reply)):
        raise failed(request, "not an array of rows")
    header, *rows = reply
    missing = [name for name in columns if name not in header]
    if missing:
        raise failed(request, f"the column {missing[0]} is missing")
    if any(len(row) != len(header) for row in rows):
        raise failed(request, "a row of another length than the header")
    # A filter comes back as one more column of the same name: the first is the one asked for.
    places = {name: header.index(name) for name in columns}
    frame = pd.DataFrame({name: [row[place] for row in rows] for name, place in places.items()})
    for name in numbers:
        values = pd.to_numeric(frame[name], errors="coerce")
        odd = ~np.isfinite(values.astype(float))
        if odd.any():
            wrong = frame.loc[odd, name].iloc[0]
            raise failed(request, f"{name} holds {wrong!r}, which is no number")
        frame[name] = values.astype(float)
    return frame
