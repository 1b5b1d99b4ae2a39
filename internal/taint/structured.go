package taint

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// AddStructured makes the values of a structured (JSON) configuration value known, each with its path below that of the
// source; keys are no secrets. A text that is not JSON is one value.
func (s *Secrets) AddStructured(text string, from Source) {
	if c := strings.TrimLeft(text, " \t\r\n"); c == "" || c[0] != '{' && c[0] != '[' {
		s.Add(text, from)
		return
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := s.leaves(d, from)
	if err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, io.EOF) {
		s.Add(text, from)
	}
}

// leaves reads one JSON value. Tokens, not a tree: of two equal keys both values count.
func (s *Secrets) leaves(d *json.Decoder, from Source) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case string:
		s.Add(t, from)
	case json.Number:
		s.Add(t.String(), from)
	case json.Delim:
		for i := 0; d.More(); i++ {
			below := from
			if t == '[' {
				below.Path = place.Below(from.Path, i)
			} else {
				key, err := d.Token()
				if err != nil {
					return err
				}
				name, _ := key.(string)
				below.Path = place.Below(from.Path, name)
			}
			if err := s.leaves(d, below); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	return err
}
