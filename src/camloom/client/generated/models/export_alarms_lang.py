from typing import Literal

ExportAlarmsLang = Literal["en", "zh"]

EXPORT_ALARMS_LANG_VALUES: set[ExportAlarmsLang] = {
    "en",
    "zh",
}


def check_export_alarms_lang(value: str) -> ExportAlarmsLang:
    if value in EXPORT_ALARMS_LANG_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_ALARMS_LANG_VALUES!r}")
