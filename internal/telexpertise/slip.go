package telexpertise

// Language is one in which a patient's slip is printed. Right tells that it is written from right to left.
type Language struct {
	Code, Name string
	Right      bool
}

// SlipLanguages lists them, each under its own name.
var SlipLanguages = []Language{
	{"fr", "Français", false}, {"en", "English", false}, {"ar", "العربية", true}, {"tr", "Türkçe", false}, {"pt", "Português", false}, {"zh", "中文", false},
}
