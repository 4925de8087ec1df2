"""Where a file says that a manual comes from, as far as it is known here."""

from kb.common_format.envelope import Envelope, Provenance
from kb.forks.taking import provenance_of
from kb.publishing.history import history, listed_edition
from kb.web.current import now, session, viewer


def origin_in(envelope: Envelope) -> Provenance | None:
    """What a draft that starts from a file with this envelope was taken from: another town's manual that the file is, or
    that it names; None for one's own, and for what the viewer cannot read here.

    Anybody can write anything into a file. So it only points at an edition; the words of the origin, its licence too, are
    those of that edition here, and nobody can put words under another town's name.
    """
    own, named = viewer().own_town, envelope if envelope.municipality != viewer().own_town else envelope.provenance
    if named is None or named.municipality == own:
        return None
    past = history(session(), viewer(), now(), named.municipality, named.slug)
    found = next((one for one in past.editions if one.edition == named.edition), None) if past else None
    return provenance_of(listed_edition(session(), viewer(), found)) if found else None
