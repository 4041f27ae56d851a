"""Sources that come at their own pace and go away: the clock, the state, the pace, opening them again."""
