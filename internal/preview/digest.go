package preview

import (
	"encoding/json"
	"io"
)

// Frames are the positions at which the program creates each resource, by URN, in the engine's form: innermost first,
// such as project:///index.ts#8,9.
type Frames map[string][]string

// step is a step of the digest, reduced to the fields in use.
type step struct {
	URN string `json:"urn"`
	New *struct {
		Position string `json:"sourcePosition"`
		Stack    []struct {
			Position string `json:"sourcePosition"`
		} `json:"stackTrace"`
	} `json:"newState"`
}

// readDigest reads the frames from the output of --json, one step at a time, and consumes the rest. A preview that
// fails early prints no digest; its output is not shown.
func readDigest(r io.Reader) Frames {
	all := Frames{}
	defer io.Copy(io.Discard, r) //nolint:errcheck // pulumi must not wait for a reader
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return all
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return all
		}
		if key != "steps" {
			if err := d.Decode(&skipped{}); err != nil {
				return all
			}
			continue
		}
		if t, err := d.Token(); err != nil || t != json.Delim('[') {
			return all
		}
		for d.More() {
			var s step
			if err := d.Decode(&s); err != nil {
				return all
			}
			if frames := s.frames(); len(frames) > 0 {
				all[s.URN] = frames
			}
		}
		if _, err := d.Token(); err != nil {
			return all
		}
	}
	return all
}

// skipped is a value that is ignored.
type skipped struct{}

// UnmarshalJSON accepts any value.
func (*skipped) UnmarshalJSON([]byte) error { return nil }

// frames returns the step's own position and those of the calls that led to it.
func (s *step) frames() (all []string) {
	if s.New == nil {
		return nil
	}
	if s.New.Position != "" {
		all = append(all, s.New.Position)
	}
	for _, at := range s.New.Stack {
		if at.Position != "" {
			all = append(all, at.Position)
		}
	}
	return all
}
