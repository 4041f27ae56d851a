from typing import Literal

MailAccountSecurity = Literal["none", "starttls", "tls"]

MAIL_ACCOUNT_SECURITY_VALUES: set[MailAccountSecurity] = {
    "none",
    "starttls",
    "tls",
}


def check_mail_account_security(value: str) -> MailAccountSecurity:
    if value in MAIL_ACCOUNT_SECURITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MAIL_ACCOUNT_SECURITY_VALUES!r}")
