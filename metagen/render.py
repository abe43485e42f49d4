"""Components through templates into canonical bytes."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateRuntimeError

from metagen.canonical import canonical
from metagen.components import Component, components_of
from metagen.errors import RenderFailed
from metagen.model.spec import Spec
from metagen.package_module import MODULE_PATH as PACKAGE_MODULE_PATH
from metagen.package_module import render_package_module
from metagen.sfdx_project import PROJECT_PATH, render_sfdx_project
from metagen.vocabulary_module import MODULE_PATH, render_vocabulary_module

# Consumer keys begin with 3MVG; keys and secrets of an app stand in elements of these names.
SECRET = re.compile(r"3MVG[A-Za-z0-9._]{10,}|<consumer(?:Key|Secret)>|-----BEGIN [A-Z ]+-----")


def render_project(spec: Spec, templates: Path) -> dict[str, bytes]:
    """Every derived file, by its path relative to the project.

    templates: the folder with metadata/ and python/. Raises RenderFailed.
    """
    environment = metadata_environment(templates / "metadata")
    files = {component.path: _print(component, environment) for component in components_of(spec)}
    files[MODULE_PATH] = render_vocabulary_module(spec.vocabulary, templates / "python")
    files[PACKAGE_MODULE_PATH] = render_package_module(spec.package)
    files[PROJECT_PATH] = render_sfdx_project(spec.package)
    return files


def metadata_environment(folder: Path) -> Environment:
    """Jinja, strict: every value is escaped, a missing or empty one is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_given,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["xml"] = _boolean
    return environment


def _print(component: Component, environment: Environment) -> bytes:
    try:
        text = environment.get_template(f"{component.template}.xml.jinja").render(component.context)
    except TemplateError as error:
        raise RenderFailed(f"{component.path}: {error.message or type(error).__name__}") from error
    if found := SECRET.search(text):
        raise RenderFailed(f"{component.path}: {found.group()} belongs to one org and into no file")
    return canonical(text, component.path)


def _given(value: object) -> object:
    """The value. Raises where the description leaves it out, of which Jinja would print the word None."""
    if value is None:
        raise TemplateRuntimeError("a value that the description leaves out is printed")
    return value


def _boolean(value: bool) -> str:
    return "true" if value else "false"
