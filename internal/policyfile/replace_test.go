package policyfile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{
			"the old shape", "{\n  \"b\": {\"x\": [{\"settings\": 1}]},\n  \"settings\": {\n    \"baseline\": {},\n    \"z\": 1\n  }\n}\n",
			"{\n  \"b\": {\"x\": [{\"settings\": 1}]},\n  \"settings\": {\n    \"baseline\": {\n      \"a\": \"<b>\"\n    },\n    \"z\": 1\n  }\n}\n",
		},
		{
			"version 2", "{\"version\": 2, \"policies\": {\"settings\": {\"z\": {\"baseline\": 1}, \"baseline\" : [ 1 ]}}}",
			"{\"version\": 2, \"policies\": {\"settings\": {\"z\": {\"baseline\": 1}, \"baseline\" : {\n  \"a\": \"<b>\"\n}}}}",
		},
	} {
		got, err := Parse([]byte(tt.give), nil).Replace([]byte(tt.give), "settings", "baseline", map[string]any{"a": "<b>"})
		if diff := cmp.Diff(tt.want, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v, mismatch (-want +got)\n%s", tt.name, err, diff)
		}
	}
	give := []byte(`{"settings": {"x": 1}, "baseline": 2}`)
	if got, err := Parse(give, nil).Replace(give, "settings", "baseline", 1); err == nil {
		t.Errorf("got %s, want an error", got)
	}
}
