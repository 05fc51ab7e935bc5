"""Registry of audit event types: id → German sentence for the log. Past tense, dotted, named once for ever."""

AUDIT_TYPES: dict[str, str] = {}


def _register(**groups: dict[str, str]) -> None:
    for group, types in groups.items():
        for name, label in types.items():
            AUDIT_TYPES[f"{group}.{name}"] = label


_register(
    account={
        "created": "Konto angelegt",
        "email_confirmed": "E-Mail-Adresse bestätigt",
        "email_changed": "E-Mail-Adresse geändert",
        "password_changed": "Passwort geändert",
        "signed_in": "Angemeldet",
        "profile_changed": "Profil geändert",
    },
    authority={
        "created": "Behörde angelegt",
        "changed": "Angaben der Behörde geändert",
        "member_added": "Mitglied aufgenommen",
        "member_removed": "Mitglied entfernt",
        "district_added": "Gemarkung zugeordnet",
    },
    layer={
        "published": "Geodaten veröffentlicht",
        "restored": "Früherer Stand der Geodaten wiederhergestellt",
        "derived": "Geodaten aus Bebauungsplänen abgeleitet",
    },
    plan={
        "published": "Bebauungsplan eingelesen",
        "withdrawn": "Bebauungsplan außer Kraft gesetzt",
        "restored": "Früherer Stand eines Bebauungsplans wiederhergestellt",
    },
    case={
        "drafted": "Entwurf angelegt",
        "changed": "Antrag bearbeitet",
        "deleted_draft": "Entwurf gelöscht",
        "submitted": "Antrag eingereicht",
        "registered": "Vorgang registriert",
        "assigned": "Sachbearbeitung zugewiesen",
        "status_changed": "Stand geändert",
        "withdrawn": "Antrag zurückgenommen",
        "deemed_withdrawn": "Antrag gilt als zurückgenommen",
        "related": "Bezug zu einem anderen Vorgang hergestellt",
    },
    access={"granted": "Zugriff erteilt", "revoked": "Zugriff entzogen", "invited": "Zur Mitarbeit eingeladen"},
    party={
        "saved": "Beteiligte bearbeitet",
        "removed": "Beteiligte entfernt",
        "consented": "Portalzustellung zugestimmt",
    },
    document={
        "uploaded": "Bauvorlage hochgeladen",
        "removed": "Bauvorlage aus dem Entwurf genommen",
        "read": "Bauvorlage abgerufen",
    },
    site={
        "parcels_chosen": "Flurstücke gewählt",
        "plan_received": "Zeichnung ohne Lagebezug hochgeladen",
        "plan_saved": "Lageplan gespeichert",
    },
    check={"run": "Lageplan geprüft", "reviewed": "Prüfergebnis bewertet"},
    completeness={
        "finding_added": "Befund aufgenommen",
        "finding_removed": "Befund entfernt",
        "confirmed": "Vollständigkeit festgestellt",
        "requested": "Unterlagen nachgefordert",
        "extended": "Frist zur Nachreichung verlängert",
        "answered": "Unterlagen nachgereicht",
    },
    clock={
        "recorded": "Fristereignis eingetragen",
        "fiction_settled": "Festgestellt, ob die Genehmigungsfiktion gilt",
    },
    condition={
        "added": "Nebenbestimmung aufgenommen",
        "changed": "Nebenbestimmung geändert",
        "removed": "Nebenbestimmung entfernt",
    },
    hearing={
        "held": "Anhörung eingeleitet",
        "waived": "Absehen von der Anhörung begründet",
        "answered": "Stellungnahme zur Anhörung eingegangen",
    },
    assessment={"finished": "Fachliche Prüfung abgeschlossen", "reopened": "Fachliche Prüfung wieder aufgenommen"},
    decision={
        "saved": "Entscheidungsentwurf gespeichert",
        "proposed": "Zur Zweitzeichnung vorgelegt",
        "returned": "Von der Zweitzeichnung zurückgegeben",
        "signed": "Entscheidung gezeichnet",
    },
    notice={
        "issued": "Schriftstück ausgefertigt",
        "failed": "Ausfertigung fehlgeschlagen",
        "retried": "Ausfertigung erneut angestoßen",
        "provided": "Bescheid bereitgestellt",
        "retrieved": "Bescheid abgerufen",
        "served": "Bescheid bekannt gegeben",
        "not_served": "Bescheid nicht abgerufen",
        "service_dropped": "Bekanntgabe entfallen",
        "change_proposed": "Berichtigung oder Aufhebung zur Zweitzeichnung vorgelegt",
        "change_returned": "Berichtigung oder Aufhebung zurückgegeben",
        "change_signed": "Berichtigung oder Aufhebung gezeichnet",
        "corrected": "Bescheid berichtigt",
        "withdrawn": "Bescheid zurückgenommen",
        "revoked": "Bescheid widerrufen",
        "posted": "Bescheid zur Post gegeben",
    },
    seal={
        "requested": "Zur Siegelung vorgelegt",
        "released": "Zur Siegelung freigegeben",
        "returned": "Von der Siegelfreigabe zurückgegeben",
        "used": "Siegel verwendet",
        "failed": "Siegelung fehlgeschlagen",
    },
    signature={"checked": "Signaturen einer Bauvorlage geprüft"},
    message={"sent": "Nachricht gesendet"},
    note={"written": "Vermerk geschrieben"},
    follow_up={"set": "Wiedervorlage gesetzt", "done": "Wiedervorlage erledigt"},
    text_block={
        "created": "Textbaustein angelegt",
        "changed": "Textbaustein geändert",
        "archived": "Textbaustein archiviert",
        "restored": "Textbaustein aus dem Archiv geholt",
        "offered": "Textbaustein anderen Behörden angeboten",
        "withdrawn": "Angebot eines Textbausteins zurückgezogen",
        "adopted": "Textbaustein einer anderen Behörde übernommen",
        "updated": "Neue Fassung der Herkunft übernommen",
        "declined": "Neue Fassung der Herkunft nicht übernommen",
    },
    letterhead={"saved": "Briefkopf geändert"},
    letter_part={"saved": "Briefteil geändert"},
    audit={"sealed": "Protokollköpfe gesiegelt"},
)
