package fleet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       []Name
		err        string
	}{
		{
			"lines", "# all\r\nacme/shop/production\r\nshop/dev  # gone soon\n\n", []Name{{"acme", "shop", "production"}, {"", "shop", "dev"}}, "",
		},
		{"the organization of other backends", "organization/shop/dev", []Name{{"", "shop", "dev"}}, ""},
		{
			"coverage", `{"format": "policypack-coverage/1", "stacks": [{"organization": "acme", "project": "shop", "stack": "dev", "status": "missing"}],
				"stateless": [{"project": "shop", "stack": "new", "status": "no-state"}]}`,
			[]Name{{"acme", "shop", "dev"}, {"", "shop", "new"}},
			"",
		},
		{
			"coverage with a state that was not read", `{"format": "policypack-coverage/1", "stacks": [{"file": "x.json", "status": "unread"}]}`, nil,
			"x.json could not be read, so the list of stacks is incomplete; create the list again",
		},
		{"stack ls", `[{"name": "acme/shop/dev", "current": false}]`, []Name{{"acme", "shop", "dev"}}, ""},
		{
			"stack ls in a project", `[{"name": "dev"}]`, nil,
			"[0].name: expected [ORGANIZATION/]PROJECT/STACK; run `pulumi stack ls --all --json` outside a project",
		},
		{"a stack alone", "shop/dev\ndev\n", nil, "line 2: expected [ORGANIZATION/]PROJECT/STACK; the file must be " + wantNames},
		{"empty parts", "/shop/dev", nil, "line 1: expected [ORGANIZATION/]PROJECT/STACK; the file must be " + wantNames},
		{"nothing", " \n", nil, "no stack in the file; expected " + wantNames},
		{"something else", `{"stacks": []}`, nil, "expected " + wantNames},
		{"broken", `[{"name": `, nil, "1:10: the JSON ends too early, so the file is truncated; expected " + wantNames},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadNames([]byte(tt.give))
			text := ""
			if err != nil {
				text = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || text != tt.err {
				t.Errorf("error %q, mismatch (-want +got)\n%s", text, diff)
			}
		})
	}
}
