"""Harvest's identity server: OAuth 2 sign-in. Implements `sync.ports.HarvestIdentity`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from sync.clients import http
from sync.clients.harvest_models import AccountsModel, TokensModel
from sync.errors import Rejected, Unauthorised, Unavailable
from sync.ports import HarvestAccount, Tokens

SYSTEM = "Harvest's sign-in"


@dataclass(frozen=True)
class HarvestIdentityClient:
    client: httpx.AsyncClient
    id_url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    user_agent: str

    def sign_in_url(self, state: str) -> str:
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "state": state,
            "redirect_uri": self.redirect_uri,
        }
        return str(httpx.URL(f"{self.id_url}/oauth2/authorize", params=query))

    async def exchange(self, code: str) -> Tokens:
        return await self._tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri})

    async def refresh(self, refresh_token: str) -> Tokens:
        try:
            return await self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})
        except Rejected as error:
            raise Unauthorised(SYSTEM, error.message) from None

    async def accounts(self, access_token: str) -> Sequence[HarvestAccount]:
        headers = {"Authorization": f"Bearer {access_token}", "User-Agent": self.user_agent}
        request = self.client.build_request(
            "GET", f"{self.id_url}/api/v2/accounts", headers=headers, timeout=http.TIMEOUT
        )
        response = await http.send(self.client, request, system=SYSTEM, is_write=False)
        answer = http.body(response, system=SYSTEM, is_write=False)
        try:
            return AccountsModel.model_validate(answer).record()
        except ValidationError:
            raise Unavailable(SYSTEM, "the list of accounts was not as documented") from None

    async def _tokens(self, grant: Mapping[str, str]) -> Tokens:
        """A code or refresh token is used up by the asking, so this is a write."""
        form = {**grant, "client_id": self.client_id, "client_secret": self.client_secret}
        request = self.client.build_request(
            "POST",
            f"{self.id_url}/api/v2/oauth2/token",
            data=form,
            headers={"User-Agent": self.user_agent},
            timeout=http.TIMEOUT,
        )
        response = await http.send(self.client, request, system=SYSTEM, is_write=True)
        answer = http.body(response, system=SYSTEM, is_write=True)
        try:
            found = TokensModel.model_validate(answer)
        except ValidationError:
            raise Unavailable(SYSTEM, "the answer held no tokens") from None
        return Tokens(found.access_token, found.refresh_token, found.expires_in)
