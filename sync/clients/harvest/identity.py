"""Harvest's identity server: OAuth 2 sign-in. Implements `sync.ports.HarvestIdentity`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
import orjson

from sync.clients import http
from sync.clients.harvest.models import AccountsModel, TokensModel
from sync.errors import Rejected, Unauthorised, Unavailable
from sync.ports.harvest import HarvestAccount, Tokens

SYSTEM = "Harvest's sign-in"
_LOST = ("invalid_grant", "invalid_token")
"""The code or refresh token is used, expired or revoked: the person signs in anew. Other errors are our own set-up."""


@dataclass(frozen=True)
class HarvestIdentityClient:
    """`redirect_uri` must begin with the address registered at Harvest. Nothing is asked twice."""

    client: httpx.AsyncClient
    id_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    user_agent: str

    def sign_in_url(self, state: str) -> str:
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "state": state,
            "redirect_uri": self.redirect_uri,
        }
        return str(self._url("/oauth2/authorize").copy_merge_params(query))

    async def exchange(self, code: str) -> Tokens:
        found = await self._tokens(grant_type="authorization_code", code=code, redirect_uri=self.redirect_uri)
        if found.refresh_token is None:
            raise Unavailable(SYSTEM, "it gave a token that cannot be renewed")
        return Tokens(found.access_token, found.refresh_token, found.expires_in)

    async def refresh(self, refresh_token: str) -> Tokens:
        """The answer may keep quiet about the refresh token; then the old one goes on."""
        found = await self._tokens(grant_type="refresh_token", refresh_token=refresh_token)
        return Tokens(found.access_token, found.refresh_token or refresh_token, found.expires_in)

    async def accounts(self, access_token: str) -> Sequence[HarvestAccount]:
        headers = {"Authorization": f"Bearer {access_token}", "User-Agent": self.user_agent}
        request = http.request("GET", self._url("/api/v2/accounts"), headers)
        answer = await http.send(self.client, request, system=SYSTEM, is_write=False)
        return http.parse(answer, AccountsModel, system=SYSTEM, is_write=False).record()

    async def _tokens(self, **grant: str) -> TokensModel:
        """Without an answer nothing changed in anybody's account, so that is Unavailable, not UnknownOutcome.

        Whether a refresh token is used up by asking is documented nowhere: the next try shows it.
        """
        return http.parse(await self._ask(grant), TokensModel, system=SYSTEM, is_write=False)

    async def _ask(self, grant: Mapping[str, str]) -> httpx.Response:
        form = {**grant, "client_id": self.client_id, "client_secret": self.client_secret}
        request = http.request("POST", self._url("/api/v2/oauth2/token"), {"User-Agent": self.user_agent}, data=form)
        answer = await http.answer(self.client, request, system=SYSTEM, is_write=False)
        if answer.is_success:
            return answer
        if answer.status_code in {400, 401}:
            raise _refusal(answer)
        raise http.failure(answer, system=SYSTEM, is_write=False)

    def _url(self, path: str) -> httpx.URL:
        return httpx.URL(f"{self.id_url.rstrip('/')}{path}")


def _refusal(answer: httpx.Response) -> Unauthorised | Rejected:
    """By OAuth's error code: a wrong client secret must not sign everybody out."""
    code = _error_code(answer.content)
    if code in _LOST:
        return Unauthorised(SYSTEM, "it no longer takes this sign-in")
    return Rejected(SYSTEM, f"it refused the sign-in ({code or answer.status_code})", answer.status_code)


def _error_code(body: bytes) -> str:
    """Empty where the body names none; the codes of RFC 6749 are short words."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    code = said.get("error") if isinstance(said, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""
