"""What one usually brings back from a session of each kind, and from a gathering as a whole."""

from recolte.gatherings.models import Gathering, Session, SessionKind, ToCollect

What = ToCollect.What

USUAL: dict[str, list[What]] = {
    SessionKind.WELCOME: [What.PHOTOS],
    SessionKind.PRESENTATION: [What.RECORDING, What.NOTES, What.DOCUMENTS, What.CONSENTS],
    SessionKind.VISIT: [What.NOTES, What.PHOTOS],
    SessionKind.WORKSHOP: [What.RECORDING, What.NOTES, What.PHOTOS, What.CONSENTS],
    SessionKind.WRAP_UP: [What.RECORDING, What.NOTES, What.CONSENTS],
    SessionKind.OTHER: [What.NOTES],
}
WHOLE = [What.DOCUMENTS]  # beside what the sessions bring
WITHOUT_PROGRAMME = [What.RECORDING, What.NOTES, What.DOCUMENTS, What.CONSENTS]


def usual(gathering: Gathering) -> dict[Session | None, list[What]]:
    """Each session with what is usual for its kind (nothing for a meal or a way), and the whole gathering (`None`)."""
    sessions: dict[Session | None, list[What]] = {one: USUAL.get(one.kind, []) for one in gathering.sessions.all()}
    return sessions | {None: WHOLE if sessions else WITHOUT_PROGRAMME}
