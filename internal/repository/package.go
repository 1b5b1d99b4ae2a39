package repository

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/place"
)

// packageJSON reads the scripts of package.json. https://docs.npmjs.com/cli/v11/using-npm/scripts
func (x *examination) packageJSON() {
	src := &place.Lines{Text: string(x.data)}
	if err := json.Unmarshal(x.data, new(json.RawMessage)); err != nil {
		at := len(src.Text)
		if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
			at = int(e.Offset) - 1
		}
		x.fail(src.Position(at), "not valid JSON; expected a package.json: an object whose scripts are named")
		return
	}
	in := json.NewDecoder(bytes.NewReader(x.data))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		x.fail(src.Position(0), "expected a package.json: an object whose scripts are named")
		return
	}
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return
		}
		var value json.RawMessage
		if in.Decode(&value) != nil {
			return
		}
		if key == "scripts" {
			x.scripts(src, value, int(in.InputOffset())-len(value))
		}
	}
}

// scripts reads the object of scripts, which begins at an offset of the file.
func (x *examination) scripts(src *place.Lines, raw json.RawMessage, start int) {
	scripts := json.NewDecoder(bytes.NewReader(raw))
	if t, err := scripts.Token(); err != nil || t != json.Delim('{') {
		return
	}
	for scripts.More() {
		if _, err := scripts.Token(); err != nil {
			return
		}
		var value json.RawMessage
		if scripts.Decode(&value) != nil {
			return
		}
		var text string
		if json.Unmarshal(value, &text) != nil {
			continue
		}
		begin := start + int(scripts.InputOffset()) - len(value)
		escaped := bytes.IndexByte(value, '\\') >= 0
		x.commands(text, command.Shell, func(line, col int) place.Position {
			if escaped || line > 1 {
				return src.Position(begin)
			}
			return src.Position(begin + col)
		})
	}
}
