"""Spark tests: `make test-spark` installs what they need; without it they say so."""

import os
import shutil

import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: make test-spark installs it")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)
# Thousands of small plans: quick compilation pays more than good code.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
