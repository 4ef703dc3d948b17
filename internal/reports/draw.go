package reports

import (
	"context"
	"strconv"
	"time"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

func digits(n int) string { return strconv.Itoa(n) }

// drawing makes the tables of a report out of what was gathered.
type drawing struct {
	*Report
	g            *gathered
	departements []Departement
	may          func(departement string) bool // reads the small counts of a département
}

func (d *drawing) draw() {
	d.access()
	d.Tables = append(d.Tables,
		d.counts("offre", i18n.Text{FR: "Structures et postes ouverts", EN: "Structures and posts opened"},
			i18n.Text{FR: "Structures dont la date d’ouverture connue tombe dans la période ; postes dont le titulaire a commencé. Un médecin recruté compte une fois.",
				EN: "Structures whose known opening day falls within the period; posts whose holder started. A recruited doctor counts once."},
			column{Structures, "Structures ouvertes", "Structures opened", sheets.Int, false}, column{MSP, "dont MSP", "of which MSP", sheets.Int, false}, column{CDS, "dont centres de santé", "of which health centres", sheets.Int, false},
			column{CPTS, "dont CPTS", "of which CPTS", sheets.Int, false}, column{Shared, "Postes partagés commencés", "Shared posts started", sheets.Int, true}, column{Recruits, "Généralistes recrutés", "GPs recruited", sheets.Int, true}),
		d.counts("argent", i18n.Text{FR: "Argent décidé et payé", EN: "Money decided and paid"},
			i18n.Text{FR: "Décidé : les décisions favorables de la période. Payé : ce que le comptable dit avoir versé, reversements reçus déduits ; il vient souvent de décisions plus anciennes.",
				EN: "Decided: the favourable decisions of the period. Paid: what the accountant says was paid, less what came back; it often comes from earlier decisions."},
			column{Granted, "Dossiers accordés", "Applications granted", sheets.Int, false}, column{Decided, "Décidé", "Decided", sheets.Cents, false}, column{Paid, "Payé, net", "Paid, net", sheets.Cents, false}),
		d.counts("consultations", i18n.Text{FR: "Consultations avancées", EN: "Advanced consultations"},
			i18n.Text{FR: "Consultations ouvertes dans la période, séances tenues et patients vus tels que les partenaires les déclarent.",
				EN: "Consultations opened in the period, sessions held and patients seen as partners report them."},
			column{Consultations, "Ouvertes", "Opened", sheets.Int, false}, column{Sessions, "Séances tenues", "Sessions held", sheets.Int, false}, column{Patients, "Patients vus", "Patients seen", sheets.Int, true}),
		d.delays())
}

// access compares the two dates, and says what posts alone bring.
func (d *drawing) access() {
	before, after := d.g.before, d.g.after
	same := before.From == after.From
	t := Table{ID: "acces", Title: i18n.Text{FR: "Accès aux médecins généralistes", EN: "Access to general practitioners"}, Columns: []sheets.Column{
		text("Département", "Département"), number("Habitants", "Inhabitants", sheets.Int), decimal("Accès avant", "Access before"), decimal("Accès après", "Access after"), decimal("Évolution", "Change"),
		decimal("Part sous 2,5 avant (%)", "Share below 2.5 before (%)"), decimal("Part sous 2,5 après (%)", "Share below 2.5 after (%)"), {Title: i18n.Text{FR: "Gain estimé des postes", EN: "Estimated gain of posts"}, Kind: sheets.Decimal, Decimals: 3}}}
	line := func(name any, x, y Access, gain float64) {
		row := []any{name, x.Population, x.Mean, nil, nil, 100 * x.Below, nil, gain}
		if !same {
			row[3], row[4], row[6] = y.Mean, y.Mean-x.Mean, 100*y.Below
		}
		t.Rows = append(t.Rows, row)
	}
	hide := d.fewPosts()
	for i, x := range d.departements {
		line(x.Name, before.Of[x.Code], after.Of[x.Code], d.g.gain.Of[x.Code])
		if hide[i] && !d.may(x.Code) {
			t.Rows[i][len(t.Rows[i])-1] = Hidden{}
		}
	}
	line(whole, before.All, after.All, d.g.gain.All)
	t.Note = d.accessNote(same)
	d.Tables = append(d.Tables, t)
	var change any
	if !same {
		change = after.All.Mean - before.All.Mean
	}
	d.Heads = append(d.Heads, Head{i18n.Text{FR: "consultations par an et par habitant, évolution", EN: "consultations a year and inhabitant, change"}, sheets.Decimal, change},
		Head{i18n.Text{FR: "habitants passent le seuil de 2,5 par les seuls postes (estimation)", EN: "inhabitants pass the threshold of 2.5 by posts alone (estimate)"}, sheets.Int, d.g.gain.Lifted})
}

// fewPosts tells where the gain of posts would give away how few they are.
func (d *drawing) fewPosts() []bool {
	few := make([]bool, len(d.departements))
	for _, m := range []Measure{Shared, Recruits} {
		for i, hide := range hidden(d.byDepartement(m)) {
			few[i] = few[i] || hide
		}
	}
	return few
}

func (d *drawing) byDepartement(m Measure) []int64 {
	counts := make([]int64, len(d.departements))
	for i, x := range d.departements {
		counts[i] = d.g.facts[m][x.Code]
	}
	return counts
}

// whole names the line of the region.
var whole = i18n.Text{FR: "Région", EN: "Region"}

// dayWords writes a day in both languages.
func dayWords(d clock.Day) i18n.Text {
	if d == "" {
		return i18n.Text{FR: "date inconnue", EN: "unknown date"}
	}
	return i18n.Text{FR: i18n.Date(i18n.With(context.Background(), i18n.FR), d.Time()), EN: i18n.Date(i18n.With(context.Background(), i18n.EN), d.Time())}
}

func (d *drawing) accessNote(same bool) i18n.Text {
	note := i18n.Text{FR: "Consultations accessibles par an et par habitant (E2SFCA, médecins de 65 ans ou moins). ", EN: "Consultations within reach a year and inhabitant (E2SFCA, doctors aged 65 or less). "}
	add := func(fr, en string) { note.FR, note.EN = note.FR+fr, note.EN+en }
	from, to := dayWords(d.g.before.From), dayWords(d.g.after.From)
	if same {
		add("Aucune version nouvelle de l’offre n’est entrée en vigueur dans la période (celle du "+from.FR+" vaut aux deux dates) : rien à comparer. ",
			"No new version of the supply came into force in the period (that of "+from.EN+" stands on both dates): nothing to compare. ")
	} else {
		add("Avant : version du "+from.FR+" ; après : version du "+to.FR+". L’évolution mêle tout ce qui a changé, les aides comme le reste. ",
			"Before: version of "+from.EN+"; after: version of "+to.EN+". The change mixes all that happened, aids and everything else. ")
	}
	add("Le gain des postes est une estimation : leurs équivalents temps plein ajoutés à l’offre du début, le reste inchangé. ",
		"The gain of posts is an estimate: their full-time equivalents added to the supply at the start, the rest unchanged. ")
	if d.g.before.Demo || d.g.after.Demo {
		add("Offre de démonstration, inventée. ", "Supply of the demonstration, invented. ")
	}
	if d.g.before.Estimated {
		add("Temps de trajet estimés. ", "Travel times are estimated. ")
	}
	return note
}

// column is a measure by département; people tells that it counts persons, of whom few may not be shown.
type column struct {
	measure Measure
	fr, en  string
	kind    sheets.Kind
	people  bool
}

func (d *drawing) counts(id string, title, note i18n.Text, columns ...column) Table {
	t := Table{ID: id, Title: title, Note: note, Columns: []sheets.Column{text("Département", "Département")}, Rows: make([][]any, len(d.departements)+1)}
	for i, x := range d.departements {
		t.Rows[i] = []any{x.Name}
	}
	last := len(d.departements)
	t.Rows[last] = []any{whole}
	for _, c := range columns {
		t.Columns = append(t.Columns, number(c.fr, c.en, c.kind))
		counts, sum := d.byDepartement(c.measure), int64(0)
		for _, n := range counts {
			sum += n
		}
		hide := make([]bool, last)
		if c.people {
			hide = hidden(counts)
		}
		for i, n := range counts {
			var v any = n
			if hide[i] && !d.may(d.departements[i].Code) {
				v = Hidden{}
			}
			t.Rows[i] = append(t.Rows[i], v)
		}
		var all any = sum
		if c.people && sum > 0 && sum < smallest && !d.mayAll() {
			all = Hidden{}
		}
		t.Rows[last] = append(t.Rows[last], all)
		d.head(c, all)
	}
	return t
}

func (d *drawing) mayAll() bool {
	for _, x := range d.departements {
		if !d.may(x.Code) {
			return false
		}
	}
	return true
}

// head shows in large what the report is first asked for.
func (d *drawing) head(c column, all any) {
	label, ok := map[Measure]i18n.Text{
		Recruits: {FR: "généralistes recrutés", EN: "GPs recruited"}, Decided: {FR: "décidés", EN: "decided"}, Paid: {FR: "payés, nets", EN: "paid, net"},
	}[c.measure]
	if ok {
		d.Heads = append(d.Heads, Head{label, c.kind, all})
	}
}

func (d *drawing) delays() Table {
	t := Table{ID: "telexpertise", Title: i18n.Text{FR: "Délais de la télé-expertise en dermatologie", EN: "Delays of tele-expertise in dermatology"},
		Note: i18n.Text{FR: "Médianes par trimestre échu, pour toute la région, telles que la télé-expertise les publie : les petits effectifs y sont déjà masqués, pour tous.",
			EN: "Medians by ended quarter, for the whole region, as tele-expertise publishes them: small counts are hidden already, from everybody."},
		Columns: []sheets.Column{text("Trimestre", "Quarter"), number("Demandes", "Requests", sheets.Int), {Title: i18n.Text{FR: "Demande → réponse (heures)", EN: "Request → answer (hours)"}, Kind: sheets.Decimal, Decimals: 1},
			{Title: i18n.Text{FR: "Demande → consultation (jours)", EN: "Request → visit (days)"}, Kind: sheets.Decimal, Decimals: 1}}}
	for _, q := range d.g.quarters {
		row := []any{q.Name, q.Cases, nil, nil}
		if q.Hidden {
			row[1] = Hidden{}
		}
		if q.Answer > 0 {
			row[2] = q.Answer.Hours()
		}
		if q.Visit > 0 {
			row[3] = float64(q.Visit) / float64(24*time.Hour)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func text(fr, en string) sheets.Column { return sheets.Column{Title: i18n.Text{FR: fr, EN: en}} }

func number(fr, en string, kind sheets.Kind) sheets.Column {
	return sheets.Column{Title: i18n.Text{FR: fr, EN: en}, Kind: kind}
}

func decimal(fr, en string) sheets.Column {
	return sheets.Column{Title: i18n.Text{FR: fr, EN: en}, Kind: sheets.Decimal, Decimals: 2}
}
