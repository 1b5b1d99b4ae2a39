package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// FileFinding returns the finding for a secret that a detector recognised in the text of a file.
func FileFinding(d *detect.Detector, m detect.FileMatch) Finding {
	f := matched(d, PlaceFile, nil, "", m.Match)
	f.At = place.Position{Line: m.Line, Column: m.Column}
	return f
}

// ConfigFindings checks the plain values of a configuration in a file, in the way Scan checks that of the run's stack.
// It leaves At to the caller. Keys have their namespaces, and structured values are JSON. For keys that are encrypted
// as a whole, any non-empty value will do.
func ConfigFindings(d *detect.Detector, config map[string]string, encrypted []string) []Finding {
	run := &Run{stack: &model.Stack{Config: config, Secret: encrypted}}
	logins := run.configLogins()
	var found []Finding
	for _, key := range sortedKeys(config) {
		if slices.Contains(encrypted, key) {
			continue
		}
		name := lastKey(key)
		l, logs := logins[key]
		for _, m := range d.Find(config[key], detect.Evidence{Name: name}) {
			if logs && l.how == loginNone && m.Reason == detect.ReasonKeyName {
				continue
			}
			f := matched(d, PlaceConfig, append([]any{key}, m.Inner...), name, m)
			f.Login = logs && l.how == loginStatic
			f.Value.Digest = DigestOf([]byte(config[key][m.Start:m.End]))
			found = append(found, f)
		}
	}
	return found
}

// Federated reports whether the value of a variable that is named like a Google Cloud key is not a key, but a file name
// or a credential configuration for identity federation.
func Federated(value string) bool { return federated(value) }
