"""The conformance suites: what a plug-in promises, proven on any machine."""
