"""The arrows of docs/architecture.md, read from the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "advertising", "articles", "audio", "demo", "editions", "magazine", "subscriptions")

# Services that every room may use; they use no room themselves.
SERVICES = {
    "magazine.mail",
    "magazine.headers",
    "magazine.personal",
    "magazine.printing",
    "magazine.ranges",
    "magazine.vault",
    "magazine.work.claims",
    "magazine.work.schedule",
}

# What each room may import of the others: a whole room, or one module of it.
ARROWS = {
    "accounts": SERVICES,
    "subscriptions": SERVICES,
    # The checks of the promises that articles and issues keep are entered from here, and the issues told of.
    "articles": SERVICES
    | {
        "subscriptions.access",
        "subscriptions.announcing",
        "subscriptions.ledger.coming",
        "subscriptions.ledger.rescheduling",
        "subscriptions.promises",
        # Pieces that are given away, and opened one by one.
        "subscriptions.sharing",
    },
    # Leaves: they read what is published, ask who may have it, and nobody imports them.
    "editions": SERVICES | {"articles", "subscriptions.access", "subscriptions.promises"},
    # A reader's feed address that got about is replaced.
    "audio": SERVICES
    | {"articles", "subscriptions.access", "subscriptions.feed_addresses", "subscriptions.promises"},
    "advertising": SERVICES | {"articles", "subscriptions.access", "subscriptions.promises"},
    "demo": SERVICES | {"accounts", "advertising", "articles", "audio", "subscriptions"},
    "magazine": set(),
}
# The wiring that may see every room, and no other module of magazine/.
WIRING = {"magazine/urls.py"}


def modules(room: str) -> Iterator[Path]:
    for path in sorted((ROOT / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield (dotted name, line, whether it stands inside a function) for each import of our rooms."""
    tree = ast.parse(path.read_text())
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.partition(".")[0] in ROOMS:
                yield name, node.lineno, id(node) in inside


def allowed(room: str, name: str) -> bool:
    return any(name == arrow or name.startswith(f"{arrow}.") for arrow in ARROWS[room] | {room})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_sees_only_the_rooms_its_arrows_point_to(room):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(room)
        if str(path.relative_to(ROOT)) not in WIRING
        for name, line, _ in imports(path)
        if not allowed(room, name)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_for_all_sees_no_room(service):
    path = ROOT / (service.replace(".", "/") + ".py")
    assert not [name for name, _, _ in imports(path) if not name.startswith("magazine.")]


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_of_ours_hides_inside_a_function(room):
    hidden = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(room)
        for name, line, inside in imports(path)
        if inside
    ]
    assert not hidden, "\n".join(hidden)


@pytest.mark.parametrize("room", sorted(set(ROOMS) - {"demo", "magazine"}))
def test_our_own_apps_send_each_other_no_signals(room):
    """Django's post_migrate is the one signal we answer: it belongs to no app of ours."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules(room)
        if "django.dispatch" in path.read_text() or "models.signals import post_save" in path.read_text()
    ]
    assert not wrong
