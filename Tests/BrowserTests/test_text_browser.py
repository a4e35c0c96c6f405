"""The portal in w3m, a browser that knows neither scripts nor style sheets."""

import subprocess


def dump(address: str) -> str:
    shown = subprocess.run(
        ["w3m", "-o", "use_proxy=0", "-cols", "100", "-dump", address], check=True, capture_output=True, timeout=30
    )
    return " ".join(shown.stdout.decode("utf-8").split())


def test_the_home_page_reads_as_text(portal):
    text = dump(f"{portal.address}/?lang=en")
    for words in ["Central Board of Excise and Customs", "Simplified Registration", "Login/Sign Up", "Latest:"]:
        assert words in text


def test_the_form_reads_as_text_with_a_box_for_each_field(portal):
    text = dump(f"{portal.address}/register")
    assert "If you have already Mobile and Email OTP's, Please Click here" in text
    for label in ["Enter IEC", "Enter GSTIN", "Enter Password", "Captcha", "Submit"]:
        assert label in text
    assert text.count("[ ]") >= 4
