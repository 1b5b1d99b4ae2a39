package policyfile

import (
	"fmt"
	"slices"
	"strings"
)

// bundled begins the format of a bundle's data; see package central.
const bundled = "policypack-bundle/"

// shapeData is the data of a bundle, for messages.
const shapeData = `{"policypack": {"format": "` + bundled + `1", "parameters": {"POLICY": {"PARAMETER": VALUE}}}}`

// ParseAny is Parse for a file that may also be the data.json of a bundle, whose parameters are then those of the
// policies. The rest of such data is not checked here.
func ParseAny(data []byte, policies []string) *File {
	root, _, err := ParseDocument(data)
	if err != nil {
		return Parse(data, policies)
	}
	f := &File{Version: 1, Root: root, Policies: &Document{Value: map[string]any{}}, known: policies}
	at := root
	if outer := root.Field("policypack"); outer != nil && !slices.Contains(policies, "policypack") {
		at, f.above = outer.Value, []string{"policypack"}
	}
	format := ""
	if c := at.Field("format"); c != nil {
		format, _ = c.Value.Value.(string)
	}
	if !strings.HasPrefix(format, bundled) {
		if f.above == nil {
			return Parse(data, policies)
		}
		f.fail(at.Row, `"policypack" is the data of a bundle; expected %s`, shapeData)
		return f
	}
	f.above = append(f.above, "parameters")
	f.twice()
	params := at.Field("parameters")
	if params == nil {
		return f
	}
	if shape := params.Value.Shape(); shape != "an object" {
		f.fail(params.Row, `"parameters" must be an object with a key for each policy, not %s; expected %s`, shape, shapeData)
		return f
	}
	f.Policies = params.Value
	for _, c := range f.Policies.Fields {
		if shape := c.Value.Shape(); shape != "an object" {
			f.fail(c.Row, "policy %s: a bundle has parameters but no levels: expected an object of parameters, "+
				"got %s",
				c.Key, shape)
		}
	}
	return f
}

// Bundled reports whether the file is the data of a bundle.
func (f *File) Bundled() bool { return len(f.above) > 0 && f.above[len(f.above)-1] == "parameters" }

func (f *File) twice() {
	f.Root.Twice(func(row int, key string) {
		f.Twice = append(f.Twice, Mistake{row, fmt.Sprintf("duplicate key %q, of which only the last one is "+
			"used; remove one", key)})
	})
}
