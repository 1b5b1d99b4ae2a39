package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// FileFinding is the finding for what a detector recognised in the text of a file.
func FileFinding(d *detect.Detector, m detect.FileMatch) Finding {
	f := matched(d, PlaceFile, nil, "", m.Match)
	f.At = place.Position{Line: m.Line, Column: m.Column}
	return f
}

// ConfigFindings judges the plain values of a configuration that stands in a file, as Scan does for that of the run's
// stack; At is left to the caller. The keys have their namespaces, structured values are JSON. Of keys that are
// encrypted as a whole the values do not matter, as long as they are not empty.
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

// Federated tells whether the value of a variable that is called like a key of Google Cloud is none: the name of a
// file, or a file that says how another identity is exchanged for a short-lived one.
func Federated(value string) bool { return federated(value) }
