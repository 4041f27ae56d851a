"""The conformance suites: what a plug-in promises, proven on any machine, without a test framework.

    from camloom.testing import check_runtime

    report = check_runtime("openvino", "GPU.0")
    assert report.ok, report.failed

`camloom runtime check DEVICE` does the same from the command line.
"""

from camloom.testing.files import GraphFiles
from camloom.testing.graphs import Graph, all_graphs
from camloom.testing.report import Check, Outcome, Report
from camloom.testing.runtime_suite import RUNTIME_CHECKS, check_runtime, run_check
from camloom.testing.subject import Subject

__all__ = [
    "RUNTIME_CHECKS",
    "Check",
    "Graph",
    "GraphFiles",
    "Outcome",
    "Report",
    "Subject",
    "all_graphs",
    "check_runtime",
    "run_check",
]
