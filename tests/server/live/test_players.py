"""Players that know nothing of Camloom: FFmpeg opens the address that `POST /live/ID/link` gives, and shows it."""

import pytest
from tests.server.conftest import Serve, Visitors
from tests.server.live.conftest import Watched
from tests.server.live.playing import played
from tests.server.people import add_account, add_key

EVERY_S = 0.04  # a picture


@pytest.mark.parametrize("watched", ["libx264", "libx265"], indirect=True)
def test_ffmpeg_plays_what_the_camera_sends(watched: Watched, served: Serve, visit: Visitors) -> None:
    ann = visit(watched.app).let_in(add_account(watched.app, "ann", groups=(watched.group_id,)))
    link = ann.post(f"/api/v1/live/{watched.id}/link", json={}).json()["url"]
    pictures = played(watched, f"http://{served(watched.app)}{link}")
    assert {(width, height) for _, width, height in pictures} == {(320, 240)}
    # From the keyframe before it came (the 10th of 30) to the end, each at its time.
    assert [time_s for time_s, _, _ in pictures] == pytest.approx([EVERY_S * n for n in range(20)], abs=0.001)


def test_ffmpeg_plays_with_a_key(watched: Watched, served: Serve) -> None:
    key = add_key(watched.app, add_account(watched.app, "ann", groups=(watched.group_id,)), "viewer")
    address = f"http://{served(watched.app)}/flv?app=live&stream={watched.id}"
    assert len(played(watched, address, headers=f"Authorization: Bearer {key}\r\n")) == 20
