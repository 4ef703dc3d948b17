package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type position struct {
	lat, lon  float64
	estimated bool
}

// known holds what GeoNames and the facts below say.
type known struct {
	byCode map[string]position // by INSEE code
	byName map[string]position // by département and name, where GeoNames has no INSEE code
}

// rank prefers the seat of a commune to its hamlets: GeoNames gives several places the same INSEE code.
var rank = map[string]int{"PPLC": 6, "PPLA": 5, "PPLA2": 4, "PPLA3": 3, "PPLA4": 2, "PPL": 1}

// countries whose places GeoNames does not link to INSEE codes, with their département. Their communes are found by name inside
// their own territory, and marked as estimated.
var countries = map[string]string{"YT": "976", "PM": "975", "BL": "977", "MF": "978", "WF": "986", "PF": "987", "NC": "988"}

// readPositions reads the GeoNames table: tab-separated; 2 name, 3 ASCII name, 5 latitude, 6 longitude, 8 feature code, 9 country,
// 14 INSEE code, 15 population (counted from 1).
func readPositions(path string) (*known, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w (run npm ci in tools/territory)", err)
	}
	defer file.Close()
	k := &known{byCode: map[string]position{}, byName: map[string]position{}}
	best := map[string]int{}
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 15 {
			continue
		}
		lat, errLat := strconv.ParseFloat(f[4], 64)
		lon, errLon := strconv.ParseFloat(f[5], 64)
		if errLat != nil || errLon != nil {
			continue
		}
		if arrondissement, ok := strings.CutPrefix(f[1], "Marseille "); ok && f[13] == "13055" && len(arrondissement) == 2 {
			k.byCode["132"+arrondissement] = position{lat: lat, lon: lon}
			continue
		}
		if dep, ok := countries[f[8]]; ok {
			k.byName[dep+plain(f[1])] = position{lat: lat, lon: lon, estimated: true}
			continue
		}
		if f[8] != "FR" && !overseas[f[8]] || f[13] == "" {
			continue
		}
		population, _ := strconv.Atoi(f[14])
		if score := rank[f[7]]*100_000_000 + population; score >= best[f[13]] {
			best[f[13]] = score
			k.byCode[f[13]] = position{lat: lat, lon: lon}
		}
	}
	for code, p := range facts {
		k.byCode[code] = position{lat: p[0], lon: p[1]}
	}
	return k, lines.Err()
}

var overseas = map[string]bool{"GP": true, "MQ": true, "GF": true, "RE": true}

var unaccent = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "ā", "a", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ō", "o", "û", "u", "ü", "u", "ù", "u", "ç", "c", "-", " ", "'", " ", "’", " ")

func plain(name string) string {
	name = unaccent.Replace(strings.ToLower(name))
	for _, article := range []string{"le ", "la ", "les ", "l "} {
		name = strings.TrimPrefix(name, article)
	}
	return name
}

// facts are positions that the two packages do not hold: the town halls of the arrondissements of Paris and Lyon, two islands
// and the uninhabited districts. (Marseille's arrondissements have no town hall of their own: GeoNames gives their centres.)
var facts = map[string][2]float64{
	"75101": {48.8600, 2.3413}, "75102": {48.8668, 2.3407}, "75103": {48.8637, 2.3615}, "75104": {48.8558, 2.3557},
	"75105": {48.8463, 2.3446}, "75106": {48.8509, 2.3325}, "75107": {48.8572, 2.3200}, "75108": {48.8777, 2.3176},
	"75109": {48.8730, 2.3402}, "75110": {48.8719, 2.3574}, "75111": {48.8583, 2.3798}, "75112": {48.8408, 2.3880},
	"75113": {48.8321, 2.3558}, "75114": {48.8331, 2.3268}, "75115": {48.8414, 2.3005}, "75116": {48.8638, 2.2766},
	"75117": {48.8846, 2.3223}, "75118": {48.8926, 2.3445}, "75119": {48.8831, 2.3819}, "75120": {48.8649, 2.3986},
	"69381": {45.7692, 4.8300}, "69382": {45.7520, 4.8273}, "69383": {45.7586, 4.8484}, "69384": {45.7744, 4.8278},
	"69385": {45.7569, 4.8025}, "69386": {45.7688, 4.8503}, "69387": {45.7459, 4.8419}, "69388": {45.7363, 4.8710},
	"69389": {45.7744, 4.8060},
	"97701": {17.896, -62.850}, "97801": {18.067, -63.083}, "98411": {-38.72, 77.53}, "98412": {-49.35, 70.22}, "98413": {-46.43, 51.86}, "98414": {-66.66, 140.00},
	"98415": {-11.57, 47.29}, "98901": {10.30, -109.22},
}
