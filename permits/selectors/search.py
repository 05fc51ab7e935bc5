"""Searching by the German sort key (DIN 5007-1) inside the database, without a collation or a stored column."""

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace

from permits.models import Party, PartyRole, PermitCase
from permits.sorting import din5007_key

# Letters that the key writes as their base letter; those of two letters follow below.
_FROM = "ÄÖÜÀÁÂÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛÝäöüàáâãåçèéêëìíîïñòóôõøùúûýÿłŁ"
_TO = "AOUAAAAACEEEEIIIINOOOOOUUUYaouaaaaaceeeeiiiinooooouuuyyll"
_PAIRS = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"))


def sort_key_of(expression: str | Combinable) -> Combinable:
    """Return the SQL expression of ``din5007_key`` for a text column, for the letters of Latin-1."""
    column = F(expression) if isinstance(expression, str) else expression
    folded: Combinable = Lower(Func(column, Value(_FROM), Value(_TO), function="translate", output_field=TextField()))
    for letter, letters in _PAIRS:
        folded = Replace(folded, Value(letter), Value(letters))
    return Func(
        folded, Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField()
    )


def matching(cases: QuerySet[PermitCase], text: str) -> QuerySet[PermitCase]:
    """Return the cases whose number, title, applicant, designer or street holds every word of ``text``."""
    words = din5007_key(text).split()
    if not words:
        return cases
    cases = cases.annotate(
        number_key=sort_key_of("case_number"),
        title_key=sort_key_of("proposal__title"),
        street_key=sort_key_of("site__street"),
    )
    for word in words[:8]:
        people = Party.objects.filter(
            case=OuterRef("pk"), role__in=(PartyRole.APPLICANT, PartyRole.DESIGNER), sort_key__contains=word
        )
        cases = cases.filter(
            Q(number_key__contains=word)
            | Q(title_key__contains=word)
            | Q(street_key__contains=word)
            | Q(site__house_number__iexact=word)
            | Exists(people)
        )
    return cases
