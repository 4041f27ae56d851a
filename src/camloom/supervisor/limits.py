"""What workers may do."""

from dataclasses import dataclass, field

from camloom.supervisor.messages import Screen


@dataclass(frozen=True, slots=True)
class Limits:
    """What workers may do.

    Attributes:
        processes: so many workers share the streams as long as nothing happens.
        threads: canvases in the works at once, per model and worker; None: the number of cores.
        memory_bytes: address space of a worker; None: no limit.
        wedged_s: a worker that tells nothing for so long, or has a decoder that works on one packet for so long, is
            killed. So it is where a camera neither sends nor gives up within three times its `timeout_s` (at least
            45 s).
        end_s: a worker that was asked to end has so long to deliver what is left; then it is killed.
        screen: where sinks print.
        spare_after_s: once all is calm for so long, a worker is kept in reserve that has the models loaded, so that
            the cameras beside one that crashes need not wait for them; None: none is kept. It costs the memory of a
            worker without cameras. Where less than a gibibyte of memory is available none is made, and where less
            than half of that is left it is let go.
    """

    processes: int = 1
    threads: int | None = None
    memory_bytes: int | None = None
    wedged_s: float = 10.0
    end_s: float = 60.0
    screen: Screen = field(default_factory=Screen)
    spare_after_s: float | None = 5.0
