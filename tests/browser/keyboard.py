"""What a reader does without a mouse."""

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 80


def press(page: Page, button: Locator) -> None:
    """Reach ``button`` with the tabulator key, and press Enter."""
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, words: str) -> None:
    """Type ``words`` into the field called ``label``; in a list of choices, the one that begins so."""
    field = page.get_by_label(label)
    field.focus()
    page.keyboard.type(words)
