package telexpertise

// Histology is what the laboratory found.
type Histology struct {
	Type      Outcome `json:"type"`
	BreslowMM float64 `json:"breslow_mm"` // melanoma only; 0 when not given
	Margins   string  `json:"margins"`    // "clear", "involved", "unknown"
	Text      string  `json:"text"`
}
