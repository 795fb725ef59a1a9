"""The addresses of plans, orders and the reader's account."""

app_name = "subscriptions"

urlpatterns: list = []
