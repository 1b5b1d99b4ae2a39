// Package jsonl reads and writes the files of the catalogue that have a row of JSON on each line.
package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Line returns a row as a line of its file. The row consists of texts, lists and truth values, which always encode.
func Line(row any) []byte {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(row); err != nil {
		panic(err)
	}
	return line.Bytes()
}

// Read parses the rows of a file that a person has edited: empty lines and commas between the rows are let pass. Its
// errors are of the form file:row: message, all at once.
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
