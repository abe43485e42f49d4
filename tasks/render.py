"""Rendering the package from inside a CumulusCI flow."""

import subprocess
from pathlib import Path

from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.core.tasks import BaseTask

MODES = ("check", "render")
TIMEOUT_SECONDS = 120


class RenderMetadata(BaseTask):
    """Calls the metagen command of the application's environment, which CumulusCI's cannot share."""

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "mode": {
            "description": "check: fail when the generated metadata is out of date. render: write it.",
            "required": True,
        },
        "metagen": {"description": "Path of the metagen command. Defaults to .venv/bin/metagen."},
    }

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        if self.options["mode"] not in MODES:
            raise TaskOptionsError(f"mode is {self.options['mode']}; it must be one of {', '.join(MODES)}")

    def _run_task(self) -> None:
        root = Path(self.project_config.repo_root)
        command = root / (self.options.get("metagen") or ".venv/bin/metagen")
        if not command.exists():
            raise CumulusCIException(f"{command} does not exist; run `make setup` first")
        try:
            done = subprocess.run(  # noqa: S603  # the command is the project's own, without a shell
                [str(command), self.options["mode"]],
                cwd=root,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CumulusCIException(
                f"metagen {self.options['mode']} did not come to an end: {error}"
            ) from error
        for line in (done.stdout + done.stderr).splitlines():
            self.logger.info(line)
        if done.returncode:
            raise CumulusCIException(f"metagen {self.options['mode']} failed:\n{done.stderr.strip()}")
