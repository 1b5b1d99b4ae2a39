package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Replace returns a file with another parameter of a policy, and everything else as it is written. The file has the
// parameter, and no key twice.
func (f *File) Replace(data []byte, policy, parameter string, value any) ([]byte, error) {
	path := []string{policy, parameter}
	if f.Version == 2 {
		path = append([]string{"policies"}, path...)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		if token != path[0] {
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return nil, err
			}
			continue
		}
		if path = path[1:]; len(path) > 0 {
			if token, err = dec.Token(); err != nil || token != json.Delim('{') {
				return nil, fmt.Errorf("want an object, got %v", token)
			}
			continue
		}
		var old json.RawMessage
		if err := dec.Decode(&old); err != nil {
			return nil, err
		}
		end := int(dec.InputOffset())
		from := end - len(old)
		line := string(data[bytes.LastIndexByte(data[:from], '\n')+1 : from])
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent(indent, "  ")
		if err := e.Encode(value); err != nil {
			return nil, err
		}
		return slices.Concat(data[:from], bytes.TrimSpace(b.Bytes()), data[end:]), nil
	}
	return nil, errors.New("the file has no such parameter")
}
