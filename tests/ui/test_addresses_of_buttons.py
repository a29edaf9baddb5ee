"""The address of a button, opened as a page."""

from django.urls import reverse

from tests.world import World


def test_opening_the_address_of_a_button_gives_a_page_that_leads_back(world: World) -> None:
    answer = world.client("amina").get(reverse("take_up_gathering", args=[world.gathering.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert [template.name for template in answer.templates][0] == "405.html"
    assert f'<a class="button main" href="{reverse("home")}">' in answer.content.decode()
