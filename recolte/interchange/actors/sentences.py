"""Why a file is no list of actors, and why something that a line says is not taken. One whole sentence each."""

from django.utils.translation import gettext, gettext_noop

from recolte.interchange.actors.reading import LARGEST, MOST, Fault, NotAList

SENTENCES: dict[Fault, str] = {
    Fault.EMPTY: gettext_noop("There is not one structure in this file: choose the one that holds the list."),
    Fault.TOO_LARGE: gettext_noop(
        "This file is larger than %(megabytes)d MB: cut it into several, by territory for instance, and bring them in one by one."
    ),
    Fault.TOO_MANY: gettext_noop(
        "There are more than %(most)d structures in this file: cut it into several and bring them in one by one."
    ),
    Fault.MARKUP: gettext_noop(
        "This is an XML or HTML file, which cannot be read as a list: export it as CSV, JSON or GeoJSON where it was made."
    ),
    Fault.BINARY: gettext_noop(
        "This file is not text, perhaps a spreadsheet or an archive: save it as CSV (UTF-8), then bring that in."
    ),
    Fault.DAMAGED: gettext_noop(
        "This file stops too early or is damaged, so that nothing of it was taken: export it again where it was made."
    ),
    Fault.NO_LIST: gettext_noop(
        "There is no list of structures in this file: export the list of the actors as CSV, JSON or GeoJSON."
    ),
    Fault.NO_NAME: gettext_noop(
        "No column of this file is known to say how the structures are called (%(columns)s): say which one does, in the "
        "pages or with --column COLUMN=name."
    ),
    Fault.NO_COLUMN: gettext_noop(
        "There is no column “%(first)s” in this file: it has %(columns)s. Write the name as it stands there."
    ),
}

# By the field of `Listed.refused`
REFUSED: dict[str, str] = {
    "kind": gettext_noop("This is no kind of structure that is known here."),
    "code": gettext_noop("This is neither a postal code nor an INSEE code."),
    "website": gettext_noop("This is no address of a website, which begins with https:// or http://."),
    "position": gettext_noop("These are not a latitude and a longitude in degrees."),
    "starts_on": gettext_noop("This is no date written as 2024-05-31, 31/05/2024 or 2024."),
    "ends_on": gettext_noop("This is no date written as 2024-05-31, 31/05/2024 or 2024."),
    "dates": gettext_noop("The end comes before the beginning."),
}


def why_refused(field: str) -> str:
    return gettext(REFUSED[field])


def sentence(problem: NotAList) -> str:
    first, columns = "", problem.columns
    if problem.fault == Fault.NO_COLUMN:
        first, *columns = problem.columns
    return gettext(SENTENCES[problem.fault]) % {
        "first": first,
        "megabytes": LARGEST // 1024**2,
        "most": MOST,
        "columns": ", ".join(column[:40] for column in columns),
    }
