"""Invented examples for the page `/style/`, which shows every component."""

from datetime import date
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils.safestring import mark_safe

QUOTE = "On n’a pas monté un projet, on a d’abord appris à se faire confiance : ça, personne ne le finance."


class SampleForm(forms.Form):
    title = forms.CharField(label="Titre", help_text="En quelques mots, comme on le dirait à voix haute.")
    email = forms.EmailField(label="Adresse électronique", required=False)
    kind = forms.ChoiceField(label="Forme", choices=[("v", "Visite apprenante"), ("s", "Séminaire")])
    agreed = forms.MultipleChoiceField(
        label="Vous acceptez",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("r", "que l’on enregistre"), ("t", "que l’on transcrive"), ("q", "d’être cité·e sous pseudonyme")],
    )


def _evidence(number: int, quote: str = QUOTE, **facts: Any) -> Sample:
    usual = {
        "url": "#style-voice",
        "audio_url": "",
        "start": 12.4,
        "end": 18.9,
        "seconds": 7,
        "speaker": "coordinatrice, structure d’accueil",
        "consent": "pseudonym",
        "listened": True,
        "validated": False,
        "withdrawn": False,
        "language": "fr",
        "source": "Visite, 16 sept.",
    }
    return Sample(id=number, quote=quote, **{**usual, **facts})


def _job(name: str, state: str, label: str, **facts: Any) -> Sample:
    usual = {
        "stage_label": "écoute de la partie 3 sur 12",
        "done": 0,
        "total": 0,
        "percent": 25,
        "elapsed": 83,
        "remaining": 260,
        "message": "",
        "can_cancel": state in ("queued", "running"),
        "cancel_url": "#style-jobs",
    }
    return Sample(id=name, state=state, label=label, **{**usual, **facts})


TURNS = [
    (
        "Personne A",
        0,
        "On a compris que la coopération ne se décrète pas : elle se construit à table, dans les trajets.",
    ),
    ("Personne B", 7300, "Et pendant que l’on range les chaises. La mairie finit par venir écouter."),
]


def samples() -> dict[str, Any]:
    return {
        "evidences": [
            _evidence(1),
            _evidence(2, "Nous, on ne s’est jamais réunis sans manger ensemble.", consent="public", validated=True),
            _evidence(3, "La mairie nous a dit non deux fois.", consent="group", listened=False, speaker="carnet"),
            _evidence(4, withdrawn=True),
        ],
        "things": [
            Sample(icon="mic", url="#", title="Table ronde au café", facts=["1 h 12", "3 voix"], state="to_listen"),
            Sample(icon="file", url="#", title="Notes du trajet", facts=["1 page"], state="validated"),
            Sample(icon="image", url="#", title="Photos de la cour", facts=["14 photos"], state="to_consent"),
            Sample(icon="mic", url="#", title="Entretien dans la cuisine", facts=["18 min"], state="damaged"),
        ],
        "jobs": [
            _job("a", "running", "Transcription de « Table ronde au café »"),
            _job("b", "queued", "Lecture du document « convention.pdf »"),
            _job("c", "done", "Photos de la cour", message="14 photos, sans le lieu qu’elles portaient."),
            _job("d", "failed", "Entretien dans la cuisine", message="Le fichier s’arrête avant la fin."),
        ],
        "form": SampleForm({"title": "", "email": "amina@", "kind": "v"}),
        "rows": [
            Sample(title="Visite apprenante", date=date(2021, 9, 16), people=17, place="maison partagée", past=True),
            Sample(title="Séminaire", date=date(2021, 10, 21), people=24, place="à distance", past=False),
        ],
        "codes": [
            "confiance",
            "économie citoyenne",
            "co-construction",
            "coopération",
            "posture d’appui",
            "facilitation",
            "savoir-faire",
            "ancrage",
            "convivialité",
            "gouvernance",
            "hébergement",
            "désaccord",
        ],
        "hits": [
            Sample(
                url="#",
                title="Table ronde au café",
                evidence=_evidence(
                    5,
                    mark_safe("… on a d’abord appris à se faire <mark>confiance</mark>, et la mairie est venue …"),
                    consent="group",
                    speaker="Personne B",
                ),
            )
        ],
        "photos": [Sample(url=static("ui/mark.svg"), alt="Trois épis", caption="Le signe de Récolte")],
        "reading": mark_safe(
            "<h3>Ce que nous gardons de la visite</h3><p>C’est le soir, autour de la table, que la parole s’est "
            "déliée.</p><blockquote><p>Le trajet compte autant que l’arrivée.</p></blockquote>"
        ),
        "page_obj": Paginator(range(60), 20).page(2),
        "turns": mark_safe(
            "".join(
                f'<li id="turn-{number}" data-start="{start}" data-end="{start + 7000}"><a class="time" '
                f'href="#t={start / 1000:g}">0:0{start // 1000}</a><b class="speaker">{speaker}</b>'
                f'<p class="words">{text}</p></li>'
                for number, (speaker, start, text) in enumerate(TURNS, 1)
            )
        ),
        "words_url": "",
        "audio_url": "",
    }
