package synthetic

import (
	"testing"

	"maillage/internal/access"
)

// national is the France-size model of the benchmarks.
func national(b *testing.B) *access.Model {
	b.Helper()
	return modelOf(b, France)
}

func modelOf(b *testing.B, shape Shape) *access.Model {
	b.Helper()
	t, err := Make(shape, 1)
	if err != nil {
		b.Fatal(err)
	}
	decay, err := access.ParseDecay("drees2015")
	if err != nil {
		b.Fatal(err)
	}
	model, err := access.NewModel(t.Links, decay, t.Population, t.Supply)
	if err != nil {
		b.Fatal(err)
	}
	return model
}

func BenchmarkNationalTwoStepOneCore(b *testing.B) {
	m := national(b)
	result := m.Result
	b.SetBytes(int64(m.Catchment.Bytes()))
	for b.Loop() {
		m.Catchment.TwoStep(m.Population, m.Supply, &result, 1)
	}
}

func BenchmarkNationalTwoStepAllCores(b *testing.B) {
	m := national(b)
	result := m.Result
	for b.Loop() {
		m.Catchment.TwoStep(m.Population, m.Supply, &result, 0)
	}
}

func BenchmarkWhatIfOneDoctor(b *testing.B) {
	m := national(b)
	s := m.Sandbox()
	site := 0
	for b.Loop() {
		if err := s.Add(site, 5400); err != nil {
			b.Fatal(err)
		}
		s.Undo()
		site = (site + 7919) % len(m.Supply)
	}
}

func BenchmarkNationalIndicators(b *testing.B) {
	m := national(b)
	rule := access.ZoningRules()[0]
	for b.Loop() {
		if _, err := access.Measure(m.Value, m.Population, access.IndicatorOptions{Tau: 2.5, Thresholds: []float64{4}, Income: m.Value}); err != nil {
			b.Fatal(err)
		}
		rule.Propose(access.ZoningInput{Value: m.Value, Population: m.Population})
	}
}

func benchmarkPlace(b *testing.B, shape Shape, request access.Request) {
	m := modelOf(b, shape)
	request.Tau, request.Unit = 2.5, 5400
	certified := 1.0
	for b.Loop() {
		plan, err := m.Place(request)
		if err != nil {
			b.Fatal(err)
		}
		certified = plan.AtLeast
	}
	b.ReportMetric(100*certified, "%certified")
}

func BenchmarkPlaceRegion50(b *testing.B) {
	benchmarkPlace(b, Region, access.Request{Objective: access.Shortfall, N: 50})
}

func BenchmarkPlaceFrance1000(b *testing.B) {
	benchmarkPlace(b, France, access.Request{Objective: access.Shortfall, N: 1000})
}

func BenchmarkHeadcountRegion10(b *testing.B) {
	benchmarkPlace(b, Region, access.Request{Objective: access.Headcount, N: 10})
}
