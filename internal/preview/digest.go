package preview

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// Frame is a place of the program: a file as the SDK names it, from the project's directory with slashes, and where in
// it. A file of a package lies below node_modules or outside of the project (../). Line and column count from 1, and
// are 0 where the SDK does not say them.
type Frame struct {
	File         string
	Line, Column int
}

// Positions are the frames in which each resource is made, by its URN: the innermost first.
type Positions map[string][]Frame

// step is a step of the digest, as far as it is read.
type step struct {
	URN string `json:"urn"`
	New *struct {
		Position string `json:"sourcePosition"`
		Stack    []struct {
			Position string `json:"sourcePosition"`
		} `json:"stackTrace"`
	} `json:"newState"`
}

// readDigest reads the positions in what --json prints, one step at a time, and the rest to its end. A preview that
// fails early prints none, and nothing of it is shown.
func readDigest(r io.Reader) Positions {
	all := Positions{}
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

// skipped is a value that is not looked at.
type skipped struct{}

// UnmarshalJSON takes any value.
func (*skipped) UnmarshalJSON([]byte) error { return nil }

func (s *step) frames() []Frame {
	if s.New == nil {
		return nil
	}
	var frames []Frame
	for _, at := range s.New.Stack {
		if f, ok := parseFrame(at.Position); ok {
			frames = append(frames, f)
		}
	}
	if f, ok := parseFrame(s.New.Position); ok && len(frames) == 0 {
		frames = []Frame{f}
	}
	return frames
}

// parseFrame reads project:///index.ts#8,9.
func parseFrame(text string) (Frame, bool) {
	file, at, _ := strings.Cut(text, "#")
	file, ok := strings.CutPrefix(file, "project:///")
	if !ok || file == "" {
		return Frame{}, false
	}
	line, column, _ := strings.Cut(at, ",")
	f := Frame{File: file}
	if n, err := strconv.Atoi(line); err == nil && n > 0 {
		f.Line = n
		if n, err := strconv.Atoi(column); err == nil && n > 0 {
			f.Column = n
		}
	}
	return f, true
}
