"""What a supervisor hears when it asks whether the service is well."""

from __future__ import annotations

import aiohttp
import pytest

from monitor.errors import OperatorFault
from monitor.web.health import Health, serve


class Patient:
    """A service whose health the test decides."""

    def __init__(self) -> None:
        self.alive = self.ready = True

    @property
    def health(self) -> Health:
        return Health(alive=lambda: self.alive, ready=self._is_ready)

    async def _is_ready(self) -> bool:
        return self.ready


async def ask(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


async def test_each_page_answers_its_own_question() -> None:
    patient = Patient()
    async with serve("127.0.0.1:0", patient.health) as address:
        assert await ask(address, "/healthz") == (200, "ok\n")
        assert await ask(address, "/readyz") == (200, "ok\n")
        patient.ready = False
        assert await ask(address, "/healthz") == (200, "ok\n")
        assert await ask(address, "/readyz") == (503, "no\n")
        patient.ready, patient.alive = True, False
        assert await ask(address, "/healthz") == (503, "no\n")
        assert (await ask(address, "/elsewhere"))[0] == 404


async def test_it_stops_answering_when_the_service_ends() -> None:
    async with serve("127.0.0.1:0", Patient().health) as address:
        pass
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(address, "/healthz")


async def test_it_listens_on_ipv6_as_well() -> None:
    async with serve("[::1]:0", Patient().health) as address:
        assert address.startswith("[::1]:")
        assert await ask(address, "/healthz") == (200, "ok\n")


async def test_an_address_in_use_is_told_to_the_operator() -> None:
    async with serve("127.0.0.1:0", Patient().health) as address:
        with pytest.raises(OperatorFault, match=rf"web.listen: {address} .*in use.*choose another"):
            async with serve(address, Patient().health):
                pass
