package detect

import (
	"strings"
	"testing"
)

// What a label or a value of HCL names is found, though most files with such a name are not read as trees.
func TestLabelsOfHCL(t *testing.T) {
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	literal := strings.Join([]string{"kX9", "vTq2", "Lm8Wz4"}, "")
	for _, tt := range []struct {
		name, give string
		want       int
	}{
		{"a default", "variable \"db_password\" {\n  type    = string\n  default = \"" + literal + "\"\n}\n", 1},
		{"on one line", "variable \"db_password\" { default = \"" + literal + "\" }\n", 1},
		{"in a list of its own", "variable \"db_password\" {\n  default = [\n    \"" + literal + "\",\n  ]\n}\n", 1},
		{"a pair", "env {\n  name  = \"DB_PASSWORD\"\n  value = \"" + literal + "\"\n}\n", 1},
		{"a pair in a map", "env = [{ name = \"DB_PASSWORD\", value = \"" + literal + "\" }]\n", 1},
		{"a pair with colons", "env = [{ name : \"DB_PASSWORD\", value : \"" + literal + "\" }]\n", 1},
		{"a key in quotes", "locals {\n  env = {\n    \"DB_PASSWORD\" = \"" + literal + "\"\n  }\n}\n", 1},
		{"arguments", "args = [\"serve\", \"--db-password\", \"" + literal + "\"]\n", 1},
		{"a kind", "manifest = {\n  kind = \"Secret\"\n  stringData = {\n    DB = \"" + literal + "\"\n  }\n}\n", 1},
		{"no value", "variable \"db_password\" {\n  type = string\n}\n", 0},
		{"another key", "resource \"x_y\" \"db_password\" {\n  length = 20\n  name = \"" + literal + "\"\n}\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(d.File("main.tf", []byte(tt.give))); got != tt.want {
				t.Errorf("%d found, want %d", got, tt.want)
			}
		})
	}
}
