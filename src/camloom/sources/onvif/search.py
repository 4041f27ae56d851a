"""All ONVIF devices of the network, with what they say of themselves."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

from camloom.errors import SourceError
from camloom.sources.finding.found import FoundSource, Search
from camloom.sources.onvif.services import read_clock, read_identity, read_streams
from camloom.sources.onvif.soap import Device
from camloom.sources.onvif.wsdiscovery import Answer, probe

_AT_ONCE = 32
_QUESTION_S = 5.0
_DEFAULT_PORTS = {"http": 80, "https": 443}


def find_onvif(search: Search) -> list[FoundSource]:
    """Return who answers to WS-Discovery, and who of `search.addresses` answers at all.

    With a user each is asked for its streams, where addresses are named only those: a digest of the password is worth
    something to whoever answers. A wrong password is tried once or twice per camera, not more.
    """
    hosts = [address.partition(":")[0] for address in search.addresses]
    answers = [_named_first(answer, search) for answer in probe(search.seconds, hosts, search.interfaces)]
    known = {sender for answer in answers for sender in answer.senders}
    silent = [_silent(address) for address, host in zip(search.addresses, hosts, strict=True) if host not in known]
    with ThreadPoolExecutor(1) as pool:  # beside whatever event loop the caller may have
        return pool.submit(asyncio.run, _described(answers, silent, search)).result()


def _silent(address: str) -> Answer:
    return Answer("", (address.partition(":")[0],), (f"http://{address}/onvif/device_service",))


async def _described(answers: Sequence[Answer], silent: Sequence[Answer], search: Search) -> list[FoundSource]:
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(answer: Answer, has_answered: bool) -> FoundSource | None:
        async with at_once:
            found, has_spoken = await _ask(answer, _as_trusted(answer, search))
            return found if has_answered or has_spoken else None

    asked = [*(one(answer, True) for answer in answers), *(one(answer, False) for answer in silent)]
    return [found for found in await asyncio.gather(*asked) if found is not None]


def _named_first(answer: Answer, search: Search) -> Answer:
    """Return the answer with the addresses first that the user named: a stranger may claim to be the same device."""
    named = {address.partition(":")[0] for address in search.addresses}
    return replace(answer, senders=tuple(sorted(answer.senders, key=lambda sender: sender not in named)))


def _as_trusted(answer: Answer, search: Search) -> Search:
    """Return the search with its login only if it may be offered to who answered."""
    named = {address.partition(":")[0] for address in search.addresses}
    return search if not named or answer.senders[0] in named else replace(search, user="", password="")


async def _ask(answer: Answer, search: Search) -> tuple[FoundSource, bool]:
    """Return what a device says, and whether it speaks ONVIF at all."""
    found = FoundSource(
        type="onvif",
        url=_onvif_url(answer.service_url),
        address=answer.senders[0],
        vendor=answer.vendor,
        model=answer.hardware,
        name=answer.name,
        more_addresses=answer.senders[1:],
    )
    timeout_s = min(_QUESTION_S, search.details_s)
    has_spoken = False
    try:
        async with (
            asyncio.timeout(search.details_s),
            Device(answer.service_url, search.user, search.password, timeout_s=timeout_s) as device,
        ):
            await read_clock(device)
            has_spoken = True
            found = await _with_identity(found, device)
            if search.user:
                found = replace(found, streams=tuple(await read_streams(device)))
    except SourceError as error:
        is_expected = error.reason == "auth" and not search.user
        return replace(found, note="" if is_expected else error.message), has_spoken
    except TimeoutError:
        return replace(found, note=f"did not say more within {search.details_s:g} s"), has_spoken
    return found, has_spoken


async def _with_identity(found: FoundSource, device: Device) -> FoundSource:
    identity = await read_identity(device)
    vendor, model = identity.vendor or found.vendor, identity.model or found.model
    return replace(found, vendor=vendor, model=model, serial=identity.serial)


def _onvif_url(service_url: str) -> str:
    parts = urlsplit(service_url)
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    path = "" if parts.path == "/onvif/device_service" else parts.path
    return f"onvif{parts.scheme[4:]}://{parts.hostname}{port}{path}"
