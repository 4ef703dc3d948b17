package telexpertise

// Title is the subject of a letter, which a locked screen shows to whoever passes by: it says that something waits, never a visit, the
// state of a patient or what was found. Letters take their title from Titles only.
type Title struct{ text string }

// String gives the words.
func (t Title) String() string { return t.text }

var (
	titleWaits      = Title{"Une demande vous attend"}
	titleStillWaits = Title{"Une demande attend toujours"}
	titleEntrusted  = Title{"Un confrère vous confie une demande"}
	titleReleased   = Title{"Une demande a été rendue au pool"}
	titleLate       = Title{"Une demande a dépassé un délai"}
	titleReview     = Title{"Une demande est à revoir"}
	titleNews       = Title{"Il y a du nouveau sur une demande"}
	titleAsked      = Title{"Un complément vous est demandé"}
	titleStillAsked = Title{"Un complément est toujours attendu"}
	titleCompleted  = Title{"Le complément demandé est arrivé"}
	titleAnswered   = Title{"Une réponse est arrivée"}
	titleUnread     = Title{"Une réponse vous attend"}
	titleEvening    = Title{"Des demandes attendent encore"}

	titleOpened          = Title{"Une demande a été ouverte à titre exceptionnel"}
	titleOpeningReviewed = Title{"Un accès exceptionnel a été revu"}
)

// Titles are all there are.
var Titles = []Title{titleWaits, titleStillWaits, titleEntrusted, titleReleased, titleLate, titleReview, titleNews, titleAsked, titleStillAsked,
	titleCompleted, titleAnswered, titleUnread, titleEvening, titleOpened, titleOpeningReviewed}
