"""Reports: what happened in a period, as numbers, a table or pages, and by mail on a Monday morning."""
