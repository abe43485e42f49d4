"""make demo: from an empty org to gifts that came home, then a comparison of the org with the platform."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from demo.readback import differences
from demo.report import show
from demo.servers import DemoFailed, be_stopped_as_by_ctrl_c, emptied
from demo.stage import Stage
from demo.story import Story

ROOT = Path(__file__).resolve().parent.parent


class Steps:
    """Shows each step while it runs and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextlib.contextmanager
    def __call__(self, title: str) -> Iterator["Step"]:
        started = time.monotonic()
        with self._console.status(title) as status:
            step = Step(title, status.update)
            yield step
        seconds = time.monotonic() - started
        result = f" [dim]{escape(step.result)}[/dim]" if step.result else ""
        self._console.print(f"[green]✓[/green] {title} [dim]{seconds:.1f} s[/dim]{result}")


class Step:
    """One running step. result: what to say of it when it is done."""

    def __init__(self, title: str, update: Callable[[str], None]) -> None:
        self._title = title
        self._update = update
        self.result = ""

    def tell(self, line: str) -> None:
        """Show the newest line of its output."""
        self._update(f"{self._title} [dim]{escape(line[:90])}[/dim]")


def main(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the servers running until Ctrl-C.")] = False,
    directory: Annotated[Path, typer.Option(help="Where the run keeps its files.")] = ROOT / ".local/demo",
) -> None:
    """Run the whole product on this machine. Exit code 0 only if the org says what the platform says."""
    console = Console()
    started = time.monotonic()
    be_stopped_as_by_ctrl_c()
    try:
        emptied(directory, ROOT)
        with Stage(ROOT, directory) as stage:
            story = Story(stage, Steps(console))
            story.start_servers()
            story.deploy_package()
            story.connect()
            story.send_gifts()
            story.live_their_lives()
            state, platform_gifts, api_calls = story.read_back()
            show(console, state, api_calls=api_calls)
            wrong = differences(state, platform_gifts)
            story.show_addresses(console)
            _verdict(console, wrong, len(platform_gifts), time.monotonic() - started)
            if keep:
                console.print("The servers go on. Ctrl-C ends them.")
                with contextlib.suppress(KeyboardInterrupt):
                    threading.Event().wait()
    except DemoFailed as failure:
        console.print(f"[red]✗[/red] {escape(str(failure))}")
        sys.exit(1)
    sys.exit(1 if wrong else 0)


def _verdict(console: Console, wrong: list[str], gifts: int, seconds: float) -> None:
    console.print()
    if wrong:
        console.print(f"[red]✗ The org and the platform differ in {len(wrong)} ways:[/red]")
        for line in wrong[:20]:
            console.print(f"  {escape(line)}")
        return
    console.print(
        f"[green]✓ The org says of all {gifts} gifts what the platform says.[/green] "
        f"[dim]{seconds:.0f} s in all[/dim]"
    )


if __name__ == "__main__":
    typer.run(main)
