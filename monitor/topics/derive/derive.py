"""From one to five articles a draft topic; a person reads it before it goes live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.errors import BadInput
from monitor.model import Concept, Topic
from monitor.text.names import folded
from monitor.text.words import words
from monitor.topics.derive.collect import collect
from monitor.topics.derive.draft import Draft, Proposal, Seed, shown
from monitor.topics.derive.known import known
from monitor.topics.derive.rule import expression, scores, thresholds, weighted
from monitor.topics.lint import problems

MOST_SEEDS = 5
LONGEST_ID = 60
LONGEST_TITLE = 200  # characters, as the settings allow


def derive(seeds: Sequence[Seed], labels: Sequence[str], lexicon: Sequence[Concept], name: str = "") -> Draft:
    """Return a draft of the topic that *seeds* are about.

    *labels* is what comments call each article. *lexicon* is the concepts that the newsroom has already:
    those that stand in the articles are named, not proposed anew.

    Raises: BadInput when the articles say nothing that could be watched for, or are too many.
    """
    if not 1 <= len(seeds) <= MOST_SEEDS:
        raise BadInput(f"a topic is derived from one to {MOST_SEEDS} articles, not from {len(seeds)}")
    beat = known(lexicon, seeds)
    shared = {proposal.name for proposal in beat.proposals}
    own = [_checked(each) for each in collect(seeds, beat) if each.name not in shared]
    own = [proposal for proposal in own if proposal.aliases]
    proposals = weighted([*beat.proposals, *own], len(seeds))
    proposals.sort(key=lambda each: (-each.weight * sum(map(bool, each.counts)), -each.salience, each.name))
    if not proposals:
        raise BadInput("nothing in these articles is rare enough to be watched for")
    concepts = [_concept(proposal, lexicon) for proposal in proposals]
    match = expression(proposals, concepts, seeds)
    least, immediate = thresholds(min(scores(match, concepts, seeds)))
    title = shown(name) or _title(seeds, proposals)
    return Draft(
        id=_identifier(title) or _identifier(proposals[0].name) or "draft",
        title=title,
        languages=tuple(dict.fromkeys(seed.language for seed in seeds if seed.language != "und")),
        proposals=tuple(proposals),
        match=match,
        exclude="",
        min_score=least,
        immediate_score=immediate,
        seeds=tuple(labels),
    )


def _checked(proposal: Proposal) -> Proposal:
    """Leave out what lint would complain of: words in mixed letters, words that stand everywhere."""
    aliases = {
        language: {spelling: origin for spelling, origin in own.items() if not _faults(language, spelling)}
        for language, own in proposal.aliases.items()
    }
    return replace(proposal, aliases={language: own for language, own in aliases.items() if own})


def _faults(language: str, spelling: str) -> bool:
    concept = Concept(name="alias", weight=1, aliases={language: (spelling,)})
    topic = Topic(id="draft", title="draft", match="@alias", concepts=(concept,), languages=(language,))
    return any(problem.key.startswith("concepts.alias.aliases") for problem in problems(topic))


def _concept(proposal: Proposal, lexicon: Sequence[Concept]) -> Concept:
    if proposal.shared:
        return next(concept for concept in lexicon if concept.name == proposal.name)
    aliases = {language: tuple(own) for language, own in proposal.aliases.items()}
    return Concept(name=proposal.name, weight=proposal.weight, aliases=aliases)


def _title(seeds: Sequence[Seed], proposals: Sequence[Proposal]) -> str:
    """The first headline that there is, else the proposals that say most."""
    headline = next((headline for seed in seeds if (headline := shown(seed.title))), "")
    return headline[:LONGEST_TITLE] or ", ".join(
        proposal.name.replace("_", " ") for proposal in proposals[:3]
    )


def _identifier(title: str) -> str:
    plain = "-".join(filter(None, (folded(word) or word * word.isdecimal() for word in words(title))))
    return plain if len(plain) <= LONGEST_ID else plain[:LONGEST_ID].rpartition("-")[0] or plain[:LONGEST_ID]
