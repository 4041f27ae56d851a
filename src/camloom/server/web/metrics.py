"""Figures of this server for Prometheus; each server has its own, so that two in one process do not mix."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What is counted everywhere; rooms may add their own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.login_failures = Counter("camloom_login_failures", "Wrong passwords", registry=self.registry)
        self._requests = Counter(
            "camloom_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._took_s = Histogram(
            "camloom_http_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS_S, registry=self.registry
        )

    def watch(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count a request; `route` is a pattern, so that strangers cannot invent more and more of them."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        if known != "WS":
            self._took_s.labels(route).observe(took_s)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WS"})
