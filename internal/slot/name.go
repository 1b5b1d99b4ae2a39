package slot

import (
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/model"
)

// pairName is the name in an object that holds a name and a value, as {name: DB_PASSWORD, value: …}: there the sibling
// says what the value is. It is empty for any other object. The keys are sorted, so that a name comes after a key and
// counts more.
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

// maxName bounds what counts as the name of a pair.
const maxName = 256

// said is a text as it stands, or one that is wrapped once, as DynamoDB writes {"S": "…"}.
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
