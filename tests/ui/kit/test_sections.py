"""Sections count their records, and know whose words are others."""

from ui.kit.sections import Heading, Sections


def test_counts_follow_the_records() -> None:
    sections = Sections(folded=["done"])
    for record_id, section in (("a", "done"), ("b", "done"), ("c", "waiting"), ("b", "waiting"), ("c", None)):
        sections.put(record_id, section)
    assert (sections.count("done"), sections.count("waiting"), sections.count("other")) == (1, 1, 0)
    assert (sections.of("b"), sections.of("c")) == ("waiting", None)
    assert sections.headings() == {Heading("done"): True, Heading("waiting"): True}
    sections.put("b", None)
    assert sections.headings() == {Heading("done"): True, Heading("waiting"): False}


def test_a_heading_is_told_of_once_when_its_words_are_others() -> None:
    sections = Sections()
    sections.put("a", 1)
    assert sections.recounted() == [Heading(1)]
    assert sections.recounted() == []
    assert sections.fold(1, True) == ["a"]
    assert sections.fold(1, True) == []
    assert sections.is_folded(1)
    assert sections.recounted() == [Heading(1)]
