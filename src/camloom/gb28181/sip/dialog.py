"""A dialog: what belongs together after an INVITE or a SUBSCRIBE was accepted."""

import secrets
from dataclasses import dataclass

from camloom.gb28181.sip.message import SipMessage, parse_address, request
from camloom.gb28181.sip.transport import Peer


def new_token(nbytes: int = 8) -> str:
    """Return text that nobody can guess, for tags, branches and Call-IDs."""
    return secrets.token_hex(nbytes)


@dataclass(slots=True)
class Dialog:
    """One dialog, seen from this side.

    Attributes:
        local, remote: the From and To of our requests in it, with tags.
        target: where its requests go to.
        peer: how they get there: never what a Contact says, as behind a NAT it leads nowhere.
        cseq: of our last request.
    """

    call_id: str
    local: str
    remote: str
    target: str
    peer: Peer
    cseq: int

    @classmethod
    def of_response(cls, asked: SipMessage, answer: SipMessage, peer: Peer) -> "Dialog":
        """Return the dialog that a 2xx to our request made."""
        contact = parse_address(answer.get("contact"))
        target = contact.uri if contact.host and not set(contact.uri) & set("\r\n <>") else asked.uri
        return cls(asked.call_id, asked.get("from"), answer.get("to"), target, peer, asked.cseq)

    @classmethod
    def of_request(cls, asked: SipMessage, answer: SipMessage, peer: Peer) -> "Dialog":
        """Return the dialog that our 2xx to their request made."""
        contact = parse_address(asked.get("contact"))
        target = contact.uri if contact.host and not set(contact.uri) & set("\r\n <>") else asked.sender.uri
        return cls(asked.call_id, answer.get("to"), asked.get("from"), target, peer, 0)

    def request(self, method: str, *headers: tuple[str, str], body: bytes = b"", content_type: str = "") -> SipMessage:
        """Return our next request in it."""
        self.cseq += 1
        return self._at(self.cseq, method, *headers, body=body, content_type=content_type)

    def ack(self, cseq: int) -> SipMessage:
        """Return the ACK of a 2xx to our INVITE of that CSeq."""
        return self._at(cseq, "ACK")

    def matches(self, asked: SipMessage, peer: Peer) -> bool:
        """Tell whether a request belongs in it: same Call-ID, both tags, and from where the dialog is."""
        return (
            asked.call_id == self.call_id
            and asked.sender.tag == parse_address(self.remote).tag
            and asked.target.tag == parse_address(self.local).tag
            and peer == self.peer
        )

    def _at(
        self, cseq: int, method: str, *headers: tuple[str, str], body: bytes = b"", content_type: str = ""
    ) -> SipMessage:
        own = (
            ("from", self.local),
            ("to", self.remote),
            ("call-id", self.call_id),
            ("cseq", f"{cseq} {method}"),
        )
        return request(method, self.target, (*own, *headers), body, content_type)
