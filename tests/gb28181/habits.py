"""The bad manners of real devices: each is a switch of the simulated one."""

HABITS = {
    # Signalling
    "content-length-gb": "Content-Length measured in GB18030, the body sent in UTF-8 (so it is longer)",
    "content-length-short": "Content-Length 12 bytes too small",
    "answer-in-200": "answers to queries inside of the 200 OK, not as a message of their own",
    "preemptive-auth": "Authorization with a nonce of its own in the first REGISTER",
    "private-contact": "Via and Contact name 192.168.3.99",
    "cseq-reset": "CSeq begins at 1 with each REGISTER, under the same Call-ID",
    "deregister-first": "REGISTER with Expires 0 before the real one",
    "crlf-keepalive": "empty lines between messages",
    "no-trying": "no 100 before the 200 to an INVITE",
    "retransmit-200": "the 200 to an INVITE comes three times, though it was acknowledged",
    "ok-without-sdp": "the 200 to an INVITE has no body",
    "port-0": "the SDP of the answer names port 0",
    "other-y": "another y= in the answer than was asked for (RTP carries the one asked for)",
    "no-y": "no y= in the answer",
    "silent-invite": "never answers an INVITE",
    "mediastatus-other-from": "MediaStatus comes From an id nobody knows, with the Call-ID of the session",
    # Catalog
    "sumnum-0": "SumNum is 0",
    "sumnum-wrong": "SumNum is 3 too high",
    "catalog-duplicates": "each channel comes twice and SumNum counts both",
    "parental-65535": "Parental is 65535",
    "unescaped-amp": "& and < in names are not escaped",
    # Media
    "no-rtp": "nothing comes after ACK",
    "tcp-media-before-ack": "media begins with the 200, before ACK",
    "ssrc-0": "RTP carries SSRC 0",
    "random-ssrc": "RTP carries an SSRC of its own",
    "no-marker": "the marker is never set",
    "bad-psm-crc": "the checksum of the stream map is wrong",
    "no-psm": "there is no stream map",
    "private-pes": "private packets (0xBD) that hold start codes",
    "pes-length-0": "PES with length 0",
    "zeros-before-pack": "00 00 00 01 before each pack header",
    "ts-33": "MPEG-TS as payload type 33, though PS was agreed on",
    "codec-switch": "H.264 becomes H.265 in mid-stream",
    "pts-wrap": "the clock wraps a second after the start",
    "loss-1": "1 % of the packets are lost",
    "reorder": "some packets are late by one",
    "duplicates": "some packets come twice",
    "dollar-framing": "TCP frames begin with $ and a channel, as in RTSP",
    "ehome-preamble": "256 bytes before the first TCP frame",
}


def check_habits(habits: set[str]) -> frozenset[str]:
    """Return them; a word that nobody knows is an error."""
    if unknown := habits - set(HABITS):
        raise ValueError(f"unknown habits: {sorted(unknown)}")
    return frozenset(habits)
