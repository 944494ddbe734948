from hypothesis import given, settings

from tests.anchoring import Edit, follow, stories


@settings(max_examples=300, deadline=None)
@given(stories)
def test_after_an_edit_a_quotation_is_an_exact_slice_or_says_which_wording_it_is_from(
    story: tuple[str, int, int, list[Edit]],
) -> None:
    follow(*story)
