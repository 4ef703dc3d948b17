package tabular

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"maillage/internal/access"
)

func places(t testing.TB, text string) *Places {
	t.Helper()
	p, err := ReadPlaces("places.csv", strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Numbers are read exactly as strconv reads them, or refused.
func TestNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[0-9]{0,18}\.?[0-9]{0,18}`),
			rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`),
			rapid.Custom(func(t *rapid.T) string { return strconv.FormatFloat(rapid.Float64().Draw(t, "v"), 'g', -1, 64) }),
			rapid.SampledFrom([]string{"", ".", "-0", "NaN", "Inf", "+1", "0x10", "1_000", "1,5", "1e400", "٣"}),
		).Draw(t, "text")
		got, err := number([]byte(text))
		want, wrong := strconv.ParseFloat(text, 64)
		refused := wrong != nil || want < 0 || math.IsNaN(want) || math.IsInf(want, 0) || strings.ContainsAny(text, "xX_NI")
		if refused != (err != nil) {
			t.Fatalf("%q: refused %v, want %v", text, err, refused)
		}
		if err == nil && math.Float64bits(got) != math.Float64bits(want+0) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
	})
}

// What is read does not depend on where blocks are cut, and equals what the standard reader reads.
func FuzzPairs(f *testing.F) {
	f.Add([]byte("origin,dest,cost\nA,X,1\nB,Y,2.5\n"), 3)
	f.Add([]byte("\xef\xbb\xbfcost,\"origin\",dest,note\r\n1,A,X,\"a\r\nb\"\r\n\r\n2,B,\"Y\",\"say \"\"no\"\"\"\r\n"), 7)
	f.Add([]byte("origin,dest,cost\nA,X,1\nA,X,-1\n"), 1)
	f.Add([]byte("origin,dest,cost\n\"A,X,1\nA,Y,1\n"), 5)
	f.Add([]byte("origin,dest,cost\nA,X,1e3\nB,Y"), 64)
	f.Add([]byte("origin,dest,cost\nA,X,1\nA,Y,2.25\nB,X,.5\nB,Y,10.\n\nA,X,00012.50\nA,Y,1\r\nA,Y,12345678901234567\nA,Z,1\nA,Y,1\nB,Y,7\n"), 50)
	supply := places(f, "id,v\nX,1\nY,2\n")
	demand := places(f, "id,v\nA,1\nB,2\nlonger than seven,3\n") // keeps every record on the long way
	short := places(f, "id,v\nA,1\nB,2\nlong,3\n")               // lets usual records take the short one
	if short.index.long != nil || demand.index.long == nil {
		f.Fatal("the two lists of places do not lead to both ways of reading")
	}
	f.Fuzz(func(t *testing.T, content []byte, size int) {
		content = bytes.ReplaceAll(content, []byte("long"), nil)
		read := func(size int, demand *Places) (*Pairs, error) {
			source := &blockReader{r: bytes.NewReader(bytes.Clone(content)), file: "costs.csv", line: 1, size: size}
			return readPairs(source, demand, supply)
		}
		whole, err := read(len(content)+1, demand)
		if quick, quickErr := read(len(content)+1, short); fmt.Sprint(err) != fmt.Sprint(quickErr) {
			t.Fatalf("the long way says %v, the short one %v", err, quickErr)
		} else if err == nil && !reflect.DeepEqual(whole.Blocks, quick.Blocks) {
			t.Fatalf("the long way reads %v, the short one %v", whole.Blocks, quick.Blocks)
		}
		cut, errCut := read(1+int(uint(size)%64), demand)
		if (err == nil) != (errCut == nil) {
			t.Fatalf("whole: %v; in blocks: %v", err, errCut)
		}
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) || strings.ContainsAny(refusal.Error(), "\n") {
				t.Fatalf("the refusal %q is not one line with its place", err)
			}
			return
		}
		all, parts := join(whole.Blocks), join(cut.Blocks)
		if !slices.Equal(all.Origin, parts.Origin) || !slices.Equal(all.Dest, parts.Dest) || !slices.Equal(all.Cost, parts.Cost) {
			t.Fatalf("whole: %v; in blocks: %v", all, parts)
		}
		sameAsStandard(t, content, all, demand, supply)
	})
}

func join(blocks []access.PairBlock) access.PairBlock {
	var all access.PairBlock
	for _, b := range blocks {
		for _, run := range b.Runs {
			all.Origin = append(all.Origin, slices.Repeat([]uint32{run.Origin}, int(run.Count))...)
		}
		all.Dest, all.Cost = append(all.Dest, b.Dest...), b.AppendCosts(all.Cost)
	}
	return all
}

// sameAsStandard compares with encoding/csv, where that reads the file too: it refuses bare quotes, and knows no blank quoted lines.
func sameAsStandard(t *testing.T, content []byte, got access.PairBlock, demand, supply *Places) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, byteOrderMark)))
	records, err := reader.ReadAll()
	if err != nil || len(records) != len(got.Origin)+1 {
		return
	}
	at := map[string]int{}
	for k, name := range records[0] {
		at[strings.ToLower(strings.TrimSpace(name))] = k
	}
	for k, record := range records[1:] {
		origin, _ := demand.Find(record[at["origin"]])
		dest, _ := supply.Find(record[at["dest"]])
		if int(got.Origin[k]) != origin || int(got.Dest[k]) != dest {
			t.Fatalf("record %d: got %d, %d; the standard reader has %q", k, got.Origin[k], got.Dest[k], record)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add([]byte("id,population\n75056,2133111\n"), "")
	f.Add([]byte("\xef\xbb\xbfid;population\n75056;1\n"), "population")
	f.Add([]byte("name,id,v\n\"Saint-Ouen, 93\",93070,5e4\n"), "3")
	f.Fuzz(func(t *testing.T, content []byte, column string) {
		p, err := ReadPlaces("demand.csv", bytes.NewReader(content), column)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("%v has no place", err)
			}
			return
		}
		for k, id := range p.IDs {
			if at, found := p.Find(id); !found || at != k || !(p.Values[k] >= 0) {
				t.Fatalf("place %d, %q, is found at %d (%v) with %v", k, id, at, found, p.Values[k])
			}
		}
	})
}

func TestErrorsFitOnOneLine(t *testing.T) {
	_, err := ReadPlaces("demand.csv", strings.NewReader("id,v\n\"a\nb\",x\n"), "")
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q", err)
	}
}
