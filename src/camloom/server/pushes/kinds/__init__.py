"""The kinds of pushes that come along; each is registered as `camloom.push_kinds`, like those of strangers."""
