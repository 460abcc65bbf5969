"""`topics/*.yaml` and the concepts that topics share, resolved into whole topics and linted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from monitor.model import Concept, FigureRole, Topic, TopicStatus
from monitor.settings import code_names, values
from monitor.settings.files import place_in, place_within, read_document, under, yaml_files
from monitor.settings.findings import Findings, Place, did_you_mean
from monitor.settings.sections import Table
from monitor.settings.toml_lines import Loc
from monitor.settings.topic_seeds import examples
from monitor.settings.values import Duration, Language, Number
from monitor.settings.yaml_documents import Document
from monitor.topics.lint import Severity, problems

_REFERENCE = re.compile(r"@([\w.-]+)")  # as the query's grammar reads it
_MARKED = re.compile(r'[=*"].*|.*[*!]', re.DOTALL)  # an alias that says by itself how it is meant

TopicId = Annotated[
    str,
    values.pattern(
        r"[a-z0-9][a-z0-9-]{0,63}",
        "not an id",
        "Use small letters, digits and dashes, 64 at most; it is for ever.",
    ),
]
ConceptName = Annotated[
    str,
    values.pattern(
        r"[\w][\w-]{0,63}", "not a concept's name", "Use letters, digits, dashes and underscores."
    ),
]


def _alias_language(value: str) -> str:
    return value if value == "any" else values.language(value)


class ConceptEntry(Table):
    """A named idea and how each language spells it."""

    weight: Number = Field(default=1.0, ge=0, le=1_000, description="What finding it adds to the score.")
    aliases: dict[Annotated[str, AfterValidator(_alias_language)], tuple[str, ...]] = Field(
        description="language → list of spellings; any stands for every language."
    )
    note: str = Field(default="", description="For the next editor.")
    status: Literal["proposed", "accepted"] = Field(
        default="accepted", description="`proposed` while nobody has looked at a derived one."
    )


class AlertEntry(Table):
    """How loud a topic is."""

    immediate_score: Number | None = Field(
        default=None,
        ge=0,
        description="The score from which an alert goes out at once; below, only in digests.",
    )
    cooldown: Duration = Field(
        default=timedelta(0),
        ge=timedelta(0),
        le=timedelta(days=7),
        description="How long after a message about a story its further reports and corrections wait for "
        "the hourly digest.",
    )
    figures: tuple[FigureRole, ...] = Field(
        default=(), description="The figures of interest, such as killed, arrested or evacuated people."
    )
    dedupe: Literal["story"] = Field(
        default="story", description="One message per story; updates are threaded."
    )


class KeepEntry(Table):
    """How long what belongs to a topic is kept, where that differs from `[keep]` in monitor.toml."""

    texts: Duration | None = Field(
        default=None,
        ge=timedelta(days=1),
        le=timedelta(days=3650),
        description="How long the texts of its articles are kept.",
    )
    records: Duration | None = Field(
        default=None,
        ge=timedelta(days=1),
        le=timedelta(days=3650),
        description="How long its matches, alerts and messages are kept after a story's last report.",
    )


class TopicEntry(Table):
    """One topic as its editor writes it."""

    id: TopicId = Field(description="Its name for ever: routes, alerts and the archive use it.")
    title: str = Field(min_length=1, max_length=200, description="What people read in messages.")
    owner: str = Field(default="", max_length=200, description="Who to ask about it.")
    languages: tuple[Language, ...] = Field(default=(), description="The languages it must work in.")
    match: str = Field(min_length=1, description="The expression that an article must fulfil.")
    exclude: str = Field(default="", description="The expression that rules an article out.")
    min_score: Number = Field(default=0.0, ge=0, description="The least sum of weights.")
    title_factor: Number = Field(
        default=2.0, ge=0, le=100, description="How much more a title's words weigh."
    )
    alert: AlertEntry = Field(default=AlertEntry(), description="How loud it is.")
    keep: KeepEntry = Field(default=KeepEntry(), description="How long what belongs to it is kept.")
    status: TopicStatus = Field(default=TopicStatus.LIVE, description="live, draft or paused.")
    code_name: str = Field(
        default="", max_length=64, description="What the outside may read in the place of its name."
    )
    discreet: bool = Field(
        default=False,
        description="Whether messages bear its code name and an id only, and go to routes that name it only.",
    )
    seeds: tuple[str, ...] = Field(
        default=(),
        description="Articles that show what it is about: files beside the topics, or archived URLs.",
    )
    concepts: dict[ConceptName, ConceptEntry] = Field(default={}, description="Its own concepts.")
    use: dict[ConceptName, Number] = Field(
        default={},
        description="Shared concepts with a weight for this topic, whether the expression names them or not.",
    )


class TopicFile(Table):
    """A file of topics; they are looked at one by one, so that a bad one hides no other's fault."""

    topics: tuple[object, ...] = Field(description="The list of topics.")


class ConceptFile(Table):
    """A file of concepts that any topic may name."""

    concepts: dict[ConceptName, object] = Field(description="name → concept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    concept: Concept
    document: Document
    doubtful: bool = False


_SharedConcepts: TypeAlias = Mapping[str, _Shared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The topics that were written, and where; `whole` is false when something in their files is wrong.

    `broken` are ids whose definition has an error, `unread` files with a topic that could not be named.
    """

    topics: tuple[Topic, ...]
    places: Mapping[str, Place] = field(default_factory=dict)
    whole: bool = True
    broken: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


def read_topics(folder: Path, findings: Findings) -> Topics:
    """Return the topics of every file in *folder*, with the shared concepts of `concepts/` filled in."""
    before = len(findings.faults)
    gathered = _Gathered(_read_shared(folder / "concepts", findings), findings)
    for path in yaml_files(folder):
        gathered.add_file(path)
    return Topics(
        topics=tuple(gathered.topics.values()),
        places=gathered.places,
        whole=len(findings.faults) == before,
        broken=frozenset(gathered.broken),
        unread=frozenset(gathered.unread),
    )


class _Gathered:
    """The topics found so far, and which of them cannot be trusted."""

    def __init__(self, shared: _SharedConcepts, findings: Findings) -> None:
        self.topics: dict[str, Topic] = {}
        self.places: dict[str, Place] = {}
        self.broken: set[str] = set()
        self.unread: set[str] = set()
        self._shared, self._findings = shared, findings

    def add_file(self, path: Path) -> None:
        before = len(self._findings.faults)
        document = read_document(path, self._findings)
        listed = _listed(document, self._findings)
        twice = {loc[:2] for loc in document.repeated} if document else set()
        if (len(self._findings.faults) > before and not twice) or ("topics",) in twice:
            self.unread.add(str(path))
        for index, content in enumerate(listed):
            assert document is not None  # it had entries
            whole = len(self._findings.faults)
            topic = self._add(document, index, content)
            if topic is None:
                self.unread.add(str(path))
            elif len(self._findings.faults) > whole or ("topics", index) in twice or self._is_doubtful(topic):
                self.broken.add(topic)

    def _is_doubtful(self, topic: str) -> bool:
        concepts = self.topics[topic].concepts if topic in self.topics else ()
        doubtful = {name for name, shared in self._shared.items() if shared.doubtful}
        return any(concept.name in doubtful for concept in concepts)

    def _add(self, document: Document, index: int, content: object) -> str | None:
        """Take up one topic and answer its id, whatever is wrong with the rest of it."""
        entry = self._findings.validated(TopicEntry, content, under(document, "topics", index))
        if entry is None:
            named = content.get("id") if isinstance(content, dict) else None
            return named if isinstance(named, str) else None
        place = place_in(document, ("topics", index, "id"))
        if entry.id in self.topics:
            other = _words(self.places[entry.id])
            self._findings.fault(place, "two topics have this id", f"Rename one; the other is in {other}.")
            return entry.id
        topic = _resolved(document, index, entry, self._shared, self._findings)
        self._check_names(topic, document, index)
        self.topics[entry.id] = topic
        self.places[entry.id] = place
        return entry.id

    def _check_names(self, topic: Topic, document: Document, index: int) -> None:
        """Note whether a discreet topic's code name, or its file's name, says what it is about."""
        problem = code_names.problem_of(topic, self.topics)
        if problem is not None:
            self._findings.fault(place_in(document, ("topics", index, "code_name")), *problem)
        place = place_in(document, ("topics", index, "discreet"))
        if topic.discreet and code_names.tells(Path(place.file).stem, topic):
            remedy = "Logs and status name files, never what is in them: rename it."
            self._findings.warn(place, "the file's name says what the topic is about", remedy)


def shared_concepts(folder: Path) -> tuple[Concept, ...]:
    """Return the concepts that the topics in *folder* share, those left out that cannot be read."""
    return tuple(shared.concept for shared in _read_shared(folder / "concepts", Findings()).values())


def _listed(document: Document | None, findings: Findings) -> tuple[object, ...]:
    if document is None or document.content in (None, {"topics": None}):
        return ()
    file = findings.validated(TopicFile, document.content, under(document))
    return file.topics if file else ()


def _read_shared(folder: Path, findings: Findings) -> dict[str, _Shared]:
    shared: dict[str, _Shared] = {}
    for path in yaml_files(folder):
        document = read_document(path, findings)
        if document is None or document.content is None:
            continue
        file = findings.validated(ConceptFile, document.content, under(document))
        for name, content in file.concepts.items() if file else ():
            _share(shared, name, content, document, findings)
    return shared


def _share(
    shared: dict[str, _Shared], name: str, content: object, document: Document, findings: Findings
) -> None:
    """Take up a concept; one that stands twice is doubtful, and so is every topic that uses it."""
    loc: Loc = ("concepts", name)
    entry = findings.validated(ConceptEntry, content, under(document, *loc))
    doubtful = any(twice[:2] in (loc, ("concepts",)) for twice in document.repeated)
    if name in shared:
        other = _words(place_in(shared[name].document, loc))
        place = place_in(document, loc)
        findings.fault(place, "two concepts have this name", f"The other is in {other}.")
        shared[name] = replace(shared[name], doubtful=True)
    elif entry is not None:
        concept = _concept(name, entry, document, loc)
        shared[name] = _Shared(concept=concept, document=document, doubtful=doubtful)


def _resolved(
    document: Document, index: int, entry: TopicEntry, shared: _SharedConcepts, findings: Findings
) -> Topic:
    """Return *entry* as a topic that needs no other file, after noting what lint finds in it."""
    here: Loc = ("topics", index)
    own = [
        _concept(name, inner, document, (*here, "concepts", name)) for name, inner in entry.concepts.items()
    ]
    borrowed = _borrowed(entry, shared)
    for name in entry.use:
        if name in shared:
            continue
        findings.fault(
            place_in(document, (*here, "use", name)),
            "unknown concept",
            did_you_mean(name, tuple(sorted(shared))),
        )
    topic = Topic(
        id=entry.id,
        title=entry.title,
        match=entry.match,
        exclude=entry.exclude,
        concepts=(*own, *borrowed),
        languages=entry.languages,
        min_score=entry.min_score,
        title_factor=entry.title_factor,
        immediate_score=entry.alert.immediate_score,
        cooldown=entry.alert.cooldown,
        figures=entry.alert.figures,
        status=entry.status,
        code_name=entry.code_name,
        discreet=entry.discreet,
        owner=entry.owner,
        seeds=entry.seeds,
        keep_texts=entry.keep.texts,
        keep_records=entry.keep.records,
        examples=tuple(examples(entry.seeds, document, (*here, "seeds"), findings)),
    )
    _lint(topic, document, here, shared, findings)
    return topic


def _borrowed(entry: TopicEntry, shared: _SharedConcepts) -> tuple[Concept, ...]:
    """Return the shared concepts that *entry* names, those of its own left out; `use` sets their weight."""
    named = dict.fromkeys((*_REFERENCE.findall(f"{entry.match} {entry.exclude}"), *entry.use))
    return tuple(
        Concept(
            name=name,
            weight=entry.use.get(name, shared[name].concept.weight),
            aliases=shared[name].concept.aliases,
            note=shared[name].concept.note,
        )
        for name in named
        if name in shared and name not in entry.concepts
    )


def _concept(name: str, entry: ConceptEntry, document: Document, loc: Loc) -> Concept:
    aliases = {
        language: tuple(
            _meant(spelling, quoted=(*loc, "aliases", language, index) in document.quoted)
            for index, spelling in enumerate(spellings)
        )
        for language, spellings in entry.aliases.items()
    }
    return Concept(name=name, weight=entry.weight, aliases=aliases, note=entry.note)


def _meant(spelling: str, *, quoted: bool) -> str:
    """Give an alias its double quotes back: to editors they say "exactly this form", to YAML nothing.

    Left alone is what says by itself how it is meant: `"=LGB"` and `"*flucht"` need YAML's quotes.
    """
    return f'"{spelling}"' if quoted and not _MARKED.fullmatch(spelling) else spelling


def _lint(topic: Topic, document: Document, here: Loc, shared: _SharedConcepts, findings: Findings) -> None:
    own = {loc[3] for loc in document.lines if loc[:3] == (*here, "concepts") and len(loc) == 4}
    for problem in problems(topic, shared):
        parts: Loc = tuple(problem.key.split("."))
        if problem.item is not None:
            parts = (*parts, problem.item)
        if parts[0] == "concepts" and len(parts) > 1 and parts[1] not in own:
            place = place_in(shared[str(parts[1])].document, parts)
        elif problem.position is not None:
            text = topic.match if problem.key == "match" else topic.exclude
            place = place_within(document, (*here, *parts), text, problem.position)
        else:
            place = place_in(document, (*here, *parts))
        note = findings.fault if problem.severity is Severity.ERROR else findings.warn
        note(place, problem.problem, problem.remedy)


def _words(place: Place) -> str:
    return place.file if place.line is None else f"{place.file}, line {place.line}"
