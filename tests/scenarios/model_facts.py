"""What is public of the model community: gatherings, who speaks, codes, notes, and each fact with the words that say it."""

from dataclasses import dataclass
from datetime import date

from recolte.coding.models import Facet

COMMUNITY = "Communauté apprenante, axe 1"
AGREED = "Faits publics ; personne n’y est nommé."


@dataclass(frozen=True)
class Planned:
    """A gathering as the form asks for it. Where only months are known, the form asks for them: a day would be invented."""

    kind: str
    place: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_option: bool = False
    months: str = ""


GATHERINGS = {
    "Séminaire de décembre 2019": Planned("seminar", months="décembre 2019"),
    "Séminaire d’entrée": Planned("seminar", "En ligne", date(2021, 4, 19), date(2021, 4, 19)),
    "Visite apprenante chez ARDES": Planned("learning_visit", "Caen"),
    "Visite apprenante au Pôle d’économie solidaire 21": Planned("learning_visit", "Dijon"),
    "Visite apprenante chez APES Hauts-de-France": Planned("learning_visit", "Lille et Pas-de-Calais"),
    "Visite apprenante au projet Transilience": Planned("learning_visit", "Couserans (Ariège), Occitanie"),
    "Visite apprenante à l’UFISC": Planned("learning_visit", is_option=True),
    "Séminaires de capitalisation, octobre-novembre": Planned(
        "capitalisation_seminar", "Sur place ou à distance", months="octobre – novembre 2021"
    ),
    "Comité de pilotage, 2e réunion": Planned("committee", "", date(2021, 9, 27), date(2021, 9, 27)),
    "Séminaire acteurs-chercheurs": Planned("seminar", "", date(2021, 12, 3), date(2021, 12, 3)),
}
MONTHS = {
    "décembre 2019": {"months_from": "2019-12"},
    "octobre – novembre 2021": {"months_from": "2021-10", "months_to": "2021-11"},
}

# Who speaks: role, structure
PEOPLE = [
    ("première co-pilote", "Le mouvement"),
    ("second co-pilote", "Le mouvement"),
    ("coordinatrice", "Le mouvement"),
    ("responsable hiérarchique", "Le mouvement"),
    ("chercheur associé", "Le partenaire de recherche"),
    ("équipe d’accueil", "ARDES"),
    ("équipe d’accueil", "Pôle d’économie solidaire 21"),
    ("équipe d’accueil", "APES Hauts-de-France"),
    ("équipe d’accueil", "Transilience"),
    ("équipe d’accueil", "UFISC"),
]

# The codes: name → facet
CODES = {
    "innovation sociale": Facet.NOTION,
    "citoyenneté économique": Facet.NOTION,
    "co-construction de l’action publique": Facet.NOTION,
    "écosystème territorial ou partenarial": Facet.NOTION,
    "animation territoriale et accompagnement de projets": Facet.NOTION,
    "coopération territoriale": Facet.NOTION,
    "solidarité": Facet.NOTION,
    "posture d’accompagnement": Facet.POSTURE,
    "posture de coopération": Facet.POSTURE,
    "dedans, dehors": Facet.POSTURE,
    "aux frontières de ses groupes": Facet.POSTURE,
    "comparaison en miroir": Facet.KNOW_HOW,
    "plan et axes": Facet.STRATEGY,
    "moyens et accords": Facet.STRATEGY,
    "phase 2": Facet.STRATEGY,
    "outils du développement local": Facet.METHOD,
    "développement personnel (contesté)": Facet.METHOD,
    "intelligence collective": Facet.METHOD,
    "convivialité": Facet.METHOD,
    "hébergement": Facet.METHOD,
    "visite apprenante": Facet.METHOD,
    "recueil et publication": Facet.METHOD,
    "rôles et cercles": Facet.NOTION,
    "effets sur soi et sur le groupe": Facet.VALUE,
}

# The notes: file → gathering, who brought it, title, the source it names
NOTES = {
    "origine.md": ("Séminaire de décembre 2019", "amina", "L’origine", "plan de trois ans du mouvement"),
    "demarrage.md": ("Séminaire d’entrée", "bruno", "Le démarrage", "présentation de la démarche par le mouvement"),
    "seminaire-d-entree.md": ("Séminaire d’entrée", "amina", "Le séminaire d’entrée", "invitation au séminaire"),
    "notions.md": ("Séminaire d’entrée", "bruno", "Les notions clés", "relevé du travail sur les notions"),
    "ardes.md": ("Visite apprenante chez ARDES", "amina", "ARDES", "programme de la visite"),
    "pes21.md": (
        "Visite apprenante au Pôle d’économie solidaire 21",
        "amina",
        "Pôle d’économie solidaire 21",
        "programme de la visite",
    ),
    "apes.md": ("Visite apprenante chez APES Hauts-de-France", "amina", "APES", "programme de la visite"),
    "transilience.md": ("Visite apprenante au projet Transilience", "amina", "Transilience", "calendrier annoncé"),
    "ufisc.md": ("Visite apprenante à l’UFISC", "amina", "UFISC", "calendrier annoncé"),
    "hebergement.md": (
        "Séminaires de capitalisation, octobre-novembre",
        "amina",
        "L’hébergement",
        "retour des visites",
    ),
    "ce-que-l-on-remporte.md": (
        "Séminaires de capitalisation, octobre-novembre",
        "bruno",
        "Ce que l’on remporte chez soi",
        "retour des visites",
    ),
    "dimensions.md": (
        "Séminaires de capitalisation, octobre-novembre",
        "bruno",
        "Les dimensions observées",
        "retour des visites",
    ),
    "reflexivite.md": (
        "Séminaires de capitalisation, octobre-novembre",
        "bruno",
        "La réflexivité",
        "cadre de la recherche-action",
    ),
    "comite.md": ("Comité de pilotage, 2e réunion", "amina", "Le comité", "ordre du jour du comité"),
    "phase-2.md": ("Comité de pilotage, 2e réunion", "amina", "La phase 2", "ordre du jour du comité"),
    "acteurs-chercheurs.md": ("Séminaire acteurs-chercheurs", "bruno", "Acteurs et chercheurs", "calendrier annoncé"),
}


@dataclass(frozen=True)
class Fact:
    """One public fact: the words of a note that say it, the code on them, and the card on which a claim says it."""

    name: str
    note: str
    words: str
    code: str
    card: str
    claim: str = ""  # where the claim does not repeat the words
    kind: str = "finding"
    stance: str = "supports"
    who: tuple[str, str] = ("coordinatrice", "Le mouvement")

    @property
    def says(self) -> str:
        return self.claim or self.words


CAPITALISE = "Séminaires de capitalisation, octobre-novembre"
RESEARCHER = ("chercheur associé", "Le partenaire de recherche")
WHEN = "L’axe 1 est opérationnel depuis mars, ou depuis avril 2021 : les sources ne s’accordent pas."
ORIGIN, CIRCLE, VISITS = "D’où vient la démarche ?", "Qui en est ?", "Où et quand se rencontre-t-on ?"
HOME, HOME_TAKEN, OBSERVED = "Pourquoi loger ensemble ?", "Que remporte-t-on chez soi ?", "Qu’observe-t-on ?"
NOTIONS, MIRROR, BASE, NEXT = (
    "De quoi parle-t-on ?",
    "À quoi sert le miroir ?",
    "Que fait-on des paroles ?",
    "Et ensuite ?",
)


def host(name: str) -> tuple[str, str]:
    return ("équipe d’accueil", name)


FACTS = [
    # Origin
    Fact("movement", "origine.md", "Un mouvement national de l’économie solidaire engage une recherche-action, dont la phase 1 commence en avril 2021.", "plan et axes", ORIGIN),
    Fact("seminar of 2019", "origine.md", "Le séminaire de décembre 2019 fixe un plan de trois ans et quatre projets coopératifs, les axes.", "plan et axes", ORIGIN),
    Fact("axis 1", "origine.md", "L’axe 1 s’intitule : innovation sociale et citoyenne pour le développement des territoires.", "innovation sociale", ORIGIN),
    Fact("shared space", "origine.md", "Il s’agit de mutualiser les outils et les méthodes des membres dans un espace commun de ressources et de formation.", "recueil et publication", ORIGIN),
    Fact("research partner", "origine.md", "L’axe est préparé pendant plusieurs années avec un partenaire de recherche, sous convention signée.", "moyens et accords", ORIGIN, who=RESEARCHER),
    Fact("two foundations", "origine.md", "Deux fondations le financent pour l’essentiel.", "moyens et accords", ORIGIN),
    Fact("operational in March", "origine.md", "L’axe 1 est opérationnel depuis mars 2021.", "plan et axes", ORIGIN, WHEN, "disagreement"),
    Fact("operational in April", "demarrage.md", "L’axe 1 est opérationnel depuis avril 2021.", "plan et axes", ORIGIN, WHEN, "disagreement", "contradicts", RESEARCHER),
    # People
    Fact("two co-pilots", "demarrage.md", "Deux co-pilotes portent la démarche.", "rôles et cercles", CIRCLE, who=("première co-pilote", "Le mouvement")),
    Fact("coordinator", "demarrage.md", "La coordinatrice prend ses fonctions le 1er avril 2021 ; elle vient d’une structure membre.", "rôles et cercles", CIRCLE),
    Fact("line manager", "demarrage.md", "Elle travaille sous une responsable hiérarchique.", "rôles et cercles", CIRCLE, who=("responsable hiérarchique", "Le mouvement")),
    Fact("associate researcher", "demarrage.md", "Un chercheur associé accompagne la communauté.", "rôles et cercles", CIRCLE, who=RESEARCHER),
    Fact("committee", "comite.md", "Le comité de pilotage tient sa 2e réunion le 27 septembre 2021.", "rôles et cercles", CIRCLE, who=("second co-pilote", "Le mouvement")),
    Fact("about fifteen", "comite.md", "Une quinzaine de personnes suivent toute la démarche.", "rôles et cercles", CIRCLE),
    Fact("more than a hundred", "comite.md", "Plus de cent personnes y participent au fil du temps.", "rôles et cercles", CIRCLE),
    Fact("affiliations", "demarrage.md", "Les appartenances s’emboîtent et se recoupent : chaire, laboratoire, institut, fondation, programme.", "rôles et cercles", CIRCLE, who=RESEARCHER),
    # Gatherings
    Fact("entry seminar", "seminaire-d-entree.md", "Le séminaire d’entrée a lieu en ligne le 19 avril 2021.", "visite apprenante", VISITS),
    Fact("getting acquainted", "seminaire-d-entree.md", "On y fait connaissance et on y travaille les notions clés.", "intelligence collective", VISITS),
    Fact("residential visits", "seminaire-d-entree.md", "Les visites apprenantes durent deux jours, en résidence.", "visite apprenante", VISITS),
    Fact("Caen", "ardes.md", "La visite de Caen est reçue par ARDES, un réseau régional.", "visite apprenante", VISITS, who=host("ARDES")),
    Fact("Dijon", "pes21.md", "La visite de Dijon est reçue par le Pôle d’économie solidaire 21.", "visite apprenante", VISITS, who=host("Pôle d’économie solidaire 21")),
    Fact("Lille", "apes.md", "La visite de Lille et du Pas-de-Calais est reçue par APES Hauts-de-France.", "visite apprenante", VISITS, who=host("APES Hauts-de-France")),
    Fact("Couserans", "transilience.md", "Vient ensuite l’Occitanie, avec le projet Transilience dans le Couserans, en Ariège.", "visite apprenante", VISITS, who=host("Transilience")),
    Fact("UFISC", "ufisc.md", "La visite avec l’UFISC n’a pas encore de lieu.", "visite apprenante", VISITS, kind="question", who=host("UFISC")),
    Fact("capitalisation", "reflexivite.md", "Les séminaires de capitalisation se tiennent en octobre et novembre, sur place ou à distance.", "recueil et publication", VISITS),
    Fact("actors and researchers", "acteurs-chercheurs.md", "Le séminaire acteurs-chercheurs est prévu le 3 décembre 2021 ; l’invitation reste à envoyer.", "visite apprenante", VISITS, who=RESEARCHER),
    Fact("then phase 2", "acteurs-chercheurs.md", "Après quoi s’ouvre la phase 2.", "phase 2", VISITS, who=RESEARCHER),
    # Lodging
    Fact("lodging is method", "hebergement.md", "L’hébergement fait partie de la méthode.", "hébergement", HOME),
    Fact("participatory housing", "hebergement.md", "On a dormi dans un habitat participatif.", "hébergement", HOME),
    Fact("rented house", "hebergement.md", "On a dormi dans une maison louée.", "hébergement", HOME),
    Fact("youth hostel", "hebergement.md", "On a dormi dans une auberge de jeunesse.", "hébergement", HOME),
    Fact("shared premises", "hebergement.md", "Les locaux et le personnel de logistique sont partagés avec l’hôte.", "moyens et accords", HOME),
    Fact("trust", "hebergement.md", "La convivialité construit la confiance qui laisse parler au-delà de sa fonction.", "convivialité", HOME),
    # What people take home
    Fact("mirror effects", "ce-que-l-on-remporte.md", "On remporte des effets de miroir.", "comparaison en miroir", HOME_TAKEN),
    Fact("comfort zone", "ce-que-l-on-remporte.md", "On sort de sa zone de confort.", "effets sur soi et sur le groupe", HOME_TAKEN),
    Fact("horizons", "ce-que-l-on-remporte.md", "De nouveaux horizons s’ouvrent.", "effets sur soi et sur le groupe", HOME_TAKEN),
    Fact("person and group", "ce-que-l-on-remporte.md", "Cela vaut pour la personne comme pour le groupe.", "effets sur soi et sur le groupe", HOME_TAKEN),
    # Dimensions of practice
    Fact("posture of support", "dimensions.md", "On observe des postures d’accompagnement.", "posture d’accompagnement", OBSERVED, who=RESEARCHER),
    Fact("posture of cooperation", "dimensions.md", "On observe des postures de coopération.", "posture de coopération", OBSERVED, who=RESEARCHER),
    Fact("inside and outside", "dimensions.md", "On se tient dedans, puis dehors.", "dedans, dehors", OBSERVED, who=RESEARCHER),
    Fact("borders", "dimensions.md", "On se tient aux frontières de ses groupes.", "aux frontières de ses groupes", OBSERVED, who=RESEARCHER),
    Fact("local development", "dimensions.md", "On relève les outils du développement local.", "outils du développement local", OBSERVED, who=RESEARCHER),
    Fact("personal development", "dimensions.md", "Les outils de développement personnel sont contestés.", "développement personnel (contesté)", OBSERVED, kind="disagreement", who=RESEARCHER),
    Fact("collective intelligence", "dimensions.md", "On relève les méthodes d’intelligence collective.", "intelligence collective", OBSERVED, who=RESEARCHER),
    Fact("conviviality", "dimensions.md", "La convivialité est elle-même une dimension de la pratique.", "convivialité", OBSERVED, who=RESEARCHER),
    # Key notions
    Fact("social innovation", "notions.md", "Première notion : l’innovation sociale.", "innovation sociale", NOTIONS),
    Fact("economic citizenship", "notions.md", "Deuxième notion : la citoyenneté économique.", "citoyenneté économique", NOTIONS),
    Fact("co-construction", "notions.md", "Troisième notion : la co-construction de l’action publique.", "co-construction de l’action publique", NOTIONS),
    Fact("ecosystems", "notions.md", "Quatrième notion : les écosystèmes territoriaux ou partenariaux.", "écosystème territorial ou partenarial", NOTIONS),
    Fact("facilitation", "notions.md", "Cinquième notion : l’animation territoriale et l’accompagnement de projets.", "animation territoriale et accompagnement de projets", NOTIONS),
    Fact("territorial cooperation", "notions.md", "Sixième notion : la coopération territoriale.", "coopération territoriale", NOTIONS),
    Fact("solidarity", "notions.md", "Septième notion : la solidarité.", "solidarité", NOTIONS),
    Fact("open list", "notions.md", "La liste des notions reste ouverte.", "intelligence collective", NOTIONS, kind="question"),
    # Reflexivity
    Fact("in its ecosystem", "reflexivite.md", "Comprendre l’action de chaque structure dans son écosystème territorial.", "écosystème territorial ou partenarial", MIRROR, who=RESEARCHER),
    Fact("compare", "reflexivite.md", "Comparer, en miroir, les valeurs, les postures, les savoir-faire et les stratégies.", "comparaison en miroir", MIRROR, who=RESEARCHER),
    Fact("cross-cutting issues", "reflexivite.md", "Dégager les enjeux transversaux du mouvement.", "comparaison en miroir", MIRROR, who=RESEARCHER),
    # The base
    Fact("collection", "reflexivite.md", "L’information est recueillie et les échanges enregistrés de façon systématique.", "recueil et publication", BASE),
    Fact("reworked", "reflexivite.md", "Les paroles sont retravaillées dans des séminaires réflexifs.", "recueil et publication", BASE),
    Fact("co-produced", "reflexivite.md", "Elles sont formalisées en connaissances coproduites.", "recueil et publication", BASE),
    Fact("published", "reflexivite.md", "Elles sont publiées : wiki, séminaires, billets pour le réseau.", "recueil et publication", BASE),
    # Phase 2
    Fact("several sites", "phase-2.md", "En phase 2, plusieurs sites seront soutenus par un collectif de praticiens.", "phase 2", NEXT, kind="proposal"),
    Fact("accompaniment", "phase-2.md", "La communauté conçoit et formalise un processus d’accompagnement.", "animation territoriale et accompagnement de projets", NEXT, kind="proposal"),
    Fact("candidates", "phase-2.md", "Des collectifs locaux sont déjà candidats.", "phase 2", NEXT),
    Fact("funding under study", "phase-2.md", "Les financements sont à l’étude.", "moyens et accords", NEXT, kind="question"),
    Fact("other experiments", "phase-2.md", "Des partenariats se nouent avec d’autres expérimentations.", "phase 2", NEXT),
    Fact("modalities", "phase-2.md", "Les modalités sont à l’ordre du jour du prochain comité.", "phase 2", NEXT),
]  # fmt: skip
