package slot

import (
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/model"
)

// pairName returns the name in an object that has a name and a value, such as {name: DB_PASSWORD, value: …}, where the
// name describes the value. It is empty for any other object. The keys are sorted, so a name comes after a key and
// takes precedence.
func pairName(object model.Value, keys []string) (name string) {
	if len(keys) < 2 {
		return ""
	}
	for _, k := range keys {
		if !names.IsName(k) {
			continue
		}
		if s := said(object.Field(k)); s != "" && len(s) <= maxName {
			name = s
		}
	}
	return name
}

// maxName is the maximum length of the name of a pair.
const maxName = 256

// said returns a string as is, or one that is wrapped once, the way DynamoDB writes {"S": "…"}.
func said(v model.Value) string {
	if v.Kind() == model.Object {
		keys := v.Keys()
		if len(keys) != 1 || !names.IsValue(keys[0]) {
			return ""
		}
		v = v.Field(keys[0])
	}
	if v.Kind() == model.String {
		return v.Text()
	}
	return ""
}
