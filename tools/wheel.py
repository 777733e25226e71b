"""Builds the wheel and checks that every file of the package that git knows is in it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"


def main() -> int:
    shutil.rmtree(DIST, ignore_errors=True)
    print("Building the wheel ...", flush=True)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", DIST, ROOT],
        env={**os.environ, "SOURCE_DATE_EPOCH": committed_at()},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        print(built.stdout + built.stderr, file=sys.stderr)
        return 3
    (wheel,) = DIST.glob("*.whl")
    missing = sorted(package_files() - set(zipfile.ZipFile(wheel).namelist()))
    if missing:
        listed = "\n  ".join(missing)
        print(f"{wheel.name} lacks {len(missing)} files of the package:\n  {listed}")
        print("Next: see [tool.hatch.build.targets.wheel] in pyproject.toml and .gitignore.")
        return 1
    size = wheel.stat().st_size / 1024
    print(f"{wheel.relative_to(ROOT)}: {size:,.0f} KB, every file of the package is in it.")
    return 0


def committed_at() -> str:
    """The last commit's time, so that one commit gives one wheel, byte for byte."""
    return git("log", "-1", "--format=%ct").strip()


def package_files() -> set[str]:
    names = git("ls-files", "-z", "src/changeproof").split("\0")
    return {name.removeprefix("src/") for name in names if name and (ROOT / name).is_file()}


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
