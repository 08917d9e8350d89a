"""The filters of `GET /time_entries`; all given ones must hold."""

from collections.abc import Callable, Mapping
from datetime import date

from sandbox.harvest import access, times, wishes
from sandbox.harvest.records import Entry, User
from sandbox.harvest.refusals import unprocessable
from sandbox.harvest.state import HarvestState

Test = Callable[[Entry], bool]


def matching(state: HarvestState, user: User, query: Mapping[str, str]) -> list[Entry]:
    """What `user` may see, newest spent date first; 422 for a filter that cannot be read."""
    try:
        tests = [make(state, query[name]) for name, make in _FILTERS.items() if query.get(name)]
    except ValueError:
        raise unprocessable("A filter has an invalid value") from None
    rows = [
        entry
        for entry in state.entries.values()
        if access.sees(state, user, entry) and all(test(entry) for test in tests)
    ]
    return sorted(rows, key=lambda entry: (entry.spent_date, entry.id), reverse=True)


def _equal(name: str) -> Callable[[HarvestState, str], Test]:
    def make(_: HarvestState, value: str) -> Test:
        wanted = int(value)
        return lambda entry: getattr(entry, name) == wanted

    return make


def _client(state: HarvestState, value: str) -> Test:
    wanted = int(value)
    return lambda entry: state.projects[entry.project_id].client_id == wanted


def _reference(_: HarvestState, value: str) -> Test:
    return lambda entry: entry.reference is not None and entry.reference.id == value


def _billed(_: HarvestState, value: str) -> Test:
    return lambda entry: (entry.invoice_id is not None) == wishes.flag(value)


def _running(_: HarvestState, value: str) -> Test:
    return lambda entry: entry.is_running == wishes.flag(value)


def _updated(_: HarvestState, value: str) -> Test:
    """Whether Harvest includes the moment itself is not known; here it does."""
    moment = times.parse_moment(value)
    return lambda entry: entry.updated_at >= moment


def _from(_: HarvestState, value: str) -> Test:
    day = date.fromisoformat(value)
    return lambda entry: entry.spent_date >= day


def _to(_: HarvestState, value: str) -> Test:
    day = date.fromisoformat(value)
    return lambda entry: entry.spent_date <= day


_FILTERS: dict[str, Callable[[HarvestState, str], Test]] = {
    "user_id": _equal("user_id"),
    "client_id": _client,
    "project_id": _equal("project_id"),
    "task_id": _equal("task_id"),
    "external_reference_id": _reference,
    "is_billed": _billed,
    "is_running": _running,
    "approval_status": lambda _, value: lambda entry: entry.approval_status == value,
    "updated_since": _updated,
    "from": _from,
    "to": _to,
}
