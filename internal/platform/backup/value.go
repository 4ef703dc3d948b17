package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// line writes a row as one line of JSON, the same on both databases: text, whole numbers, true, false and null as they are; what
// JSON cannot tell apart as {"t": time}, {"b": bytes}, {"f": fraction}.
func line(row []any) ([]byte, error) {
	out := make([]any, len(row))
	for i, value := range row {
		switch v := value.(type) {
		case nil, bool, string, int64:
			out[i] = v
		case time.Time:
			out[i] = map[string]string{"t": v.UTC().Format(time.RFC3339Nano)}
		case []byte:
			out[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(v)}
		case float64:
			out[i] = map[string]string{"f": strconv.FormatFloat(v, 'g', -1, 64)}
		default:
			return nil, fmt.Errorf("column %d holds a %T, which a backup cannot hold", i+1, value)
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write a row: %w", err)
	}
	return append(text, '\n'), nil
}

// asTruths turns the 0 and 1 of SQLite, which keeps no booleans, into what PostgreSQL holds.
func asTruths(row []any, truths []bool) []any {
	for i, is := range truths {
		if n, whole := row[i].(int64); is && whole {
			row[i] = n != 0
		}
	}
	return row
}

// parse reads a line back.
func parse(text []byte) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var row []any
	if err := dec.Decode(&row); err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	for i, value := range row {
		var err error
		switch v := value.(type) {
		case json.Number:
			row[i], err = v.Int64()
		case map[string]any:
			row[i], err = tagged(v)
		}
		if err != nil {
			return nil, fmt.Errorf("read a row: column %d: %w", i+1, err)
		}
	}
	return row, nil
}

func tagged(v map[string]any) (any, error) {
	for tag, value := range v {
		text, _ := value.(string)
		switch tag {
		case "t":
			return time.Parse(time.RFC3339Nano, text)
		case "b":
			return base64.StdEncoding.DecodeString(text)
		case "f":
			return strconv.ParseFloat(text, 64)
		}
	}
	return nil, fmt.Errorf("unknown value %v", v)
}
