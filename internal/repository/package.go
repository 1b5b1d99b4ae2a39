package repository

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/place"
)

// packageJSON reads the scripts of package.json. https://docs.npmjs.com/cli/v11/using-npm/scripts
func (j *judging) packageJSON() {
	src := &source{text: string(j.data)}
	if err := json.Unmarshal(j.data, new(json.RawMessage)); err != nil {
		at := len(src.text)
		if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
			at = int(e.Offset) - 1
		}
		j.fail(src.position(max(0, min(at, len(src.text)))), "not JSON; want a package's manifest: an object, with scripts by name in it")
		return
	}
	in := json.NewDecoder(bytes.NewReader(j.data))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		j.fail(src.position(0), "want a package's manifest: an object, with scripts by name in it")
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
			j.scripts(src, value, int(in.InputOffset())-len(value))
		}
	}
}

// scripts reads the object of scripts, which begins at an offset of the file.
func (j *judging) scripts(src *source, raw json.RawMessage, start int) {
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
		j.commands(text, command.Shell, func(line, col int) place.Position {
			if escaped || line > 1 {
				return src.position(begin)
			}
			return src.position(begin + col)
		})
	}
}

// languageOf returns the language of a shell's name, as in SHELL of a Dockerfile and shell of a workflow.
func languageOf(shell string) (lang command.Language, ok bool) {
	first, _, _ := strings.Cut(strings.TrimSpace(shell), " ")
	first = strings.ToLower(first[strings.LastIndexAny(first, `/\`)+1:])
	switch strings.TrimSuffix(first, ".exe") {
	case "", "sh", "bash", "dash", "ash", "zsh", "ksh":
		return command.Shell, true
	case "pwsh", "powershell":
		return command.PowerShell, true
	case "cmd":
		return command.Batch, true
	}
	return command.Shell, false
}
