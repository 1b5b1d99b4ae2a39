// Package jsonl reads and writes the catalogue's files, which have a JSON object on each line.
package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Line returns an entry as a line of its file. Entries consist of strings, lists and booleans, which always encode.
func Line(row any) []byte {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(row); err != nil {
		panic(err)
	}
	return line.Bytes()
}

// Read parses the entries of a hand-edited file: empty lines and commas between entries are ignored. It reports all
// errors at once, each as file:line: message.
func Read[R any](file, text string, parse func(line string) (R, error)) ([]R, error) {
	var rows []R
	var errs []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		r, err := parse(strings.TrimSuffix(line, ","))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", file, number, err))
		}
		rows = append(rows, r)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return rows, nil
}
