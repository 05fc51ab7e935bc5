// What the map can show: the order of drawing, the German name in the legend, and the sample beside it.
// Colours of plan contents follow the Planzeichenverordnung (building limits blue, lines red, street boundaries green).
export const KINDS = {
  zone: { label: "Baugebiete", sample: "zone" },
  overlay: { label: "Schutz- und Risikogebiete", sample: "overlay" },
  parcel: { label: "Flurstücke", sample: "parcel" },
  building: { label: "Gebäude im Bestand", sample: "building" },
  monument: { label: "Baudenkmale", sample: "monument" },
  building_window: { label: "Baufenster", sample: "building_window" },
  building_limit: { label: "Baugrenzen", sample: "building_limit" },
  building_line: { label: "Baulinien", sample: "building_line" },
  street_boundary: { label: "Straßenbegrenzungslinien", sample: "street_boundary" },
  site: { label: "Baugrundstück", sample: "site" },
  plan: { label: "Vorhaben", sample: "plan" },
  finding: { label: "Prüfergebnisse", sample: "finding" },
};

export const ORDER = Object.keys(KINDS);

export const ROLES = {
  main_building: "Hauptgebäude",
  garage: "Garage oder Carport",
  ancillary_building: "Nebengebäude",
  parking: "Stellplatz",
  driveway: "Zufahrt",
  terrace: "Terrasse",
  underground: "unter der Erde",
  existing_building: "Bestand, bleibt",
  to_be_demolished: "Bestand, wird abgebrochen",
  balcony: "Balkon",
  bay_window: "Erker",
  roof_overhang: "Dachüberstand",
  entrance_canopy: "Vordach",
};

export const VERDICTS = {
  passed: { label: "eingehalten", colour: "#00694f" },
  failed: { label: "nicht eingehalten", colour: "#b3180f" },
  borderline: { label: "Grenzfall", colour: "#834900" },
  not_applicable: { label: "nicht anwendbar", colour: "#454b6b" },
  not_assessable: { label: "nicht prüfbar", colour: "#454b6b" },
};
