"""What people say at the counter, in our own words: Taglish requests, answers and numbers."""

# {q} how many, {u} unit, {b} what is asked for
REQUESTS = (
    "Pabili po ng {q} {u} ng {b}",
    "Ate, {q} nga pong {b}",
    "Kuya, may {b} po kayo? {q} po",
    "Tao po! Pabili po ng {b}, {q} lang",
    "Pabili nga, {b}, {q} {u}",
    "Nay, pakuha po ng {q} {u} {b}",
    "Meron po ba kayong {b}? Pabili ng {q}",
    "{b} po, {q} {u}, please",
    "Good morning po, {q} {u} na {b} nga",
    "Isa pa pong utos ni Mama, {q} {u} ng {b}",
)
POINTINGS = (
    "Ito po, {q}",
    "Yan po, yung nasa taas, {q} lang",
    "Yung kulay pula po, {q} {u}",
    "Yun pong nasa garapon, {q}",
    "Pakiabot po niyan, {q} {u}",
)
ANSWERS = ("Ito na.", "Sige, teka lang ha.", "Meron, ilan ba?", "Oo, heto.", "Eto, salamat.", "Sandali lang, kunin ko.")
OFFERS = ("Gusto mo rin ng {b}? Bagong dating.", "Baka gusto mo ng {b}, mura lang.", "Try mo itong {b}, masarap.")
ACCEPTANCES = ("Sige po, isa na rin.", "Ay sige, pasama na po.", "Okay po, dagdagan na.")
REFUSALS = ("Hindi na po, salamat.", "Next time na lang po.", "Wala na po akong budget, hehe.")
OUT_OF_STOCK = ("Ay, ubos na ang {a}. {b} na lang?", "Wala nang {a}, ito na lang {b}, okay lang?")
CREDIT = ("Lista muna po, sa sweldo ang bayad.", "Utang muna, Nay, bukas ko bayaran.")
CLOSINGS = ("Salamat po!", "Thank you po!", "Keep the change na po.", "Sige po, balik ako mamaya.")

# hundredths of a unit -> the words for it
NUMBERS = {
    25: "sangkapat na",
    50: "kalahating",
    75: "tatlong-kapat na",
    100: "isang",
    150: "isa't kalahating",
    200: "dalawang",
    300: "tatlong",
    400: "apat na",
    500: "limang",
    600: "anim na",
    1000: "sampung",
    1200: "isang dosenang",
}
UNITS = {"pc": "piraso", "bottle": "bote", "pack": "pakete", "can": "lata", "litre": "litro", "kilo": "kilo"}
