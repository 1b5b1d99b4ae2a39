package source_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/source"
)

func TestLocateInTerraform(t *testing.T) {
	t.Parallel()
	dir := checkout(t, map[string]string{
		".git/HEAD": "",
		"infra/main.tf": `variable "db_password" {
  default = "x"
}

resource "aws_lambda_function" "api" {
  environment {
    variables = {
      "DB_PASSWORD" = "x"
    }
  }
  dynamic "vpc_config" {
    for_each = [1]
    content {
      subnet = "x"
    }
  }
}

module "db" {
  source   = "../modules/db"
  password = "x"
}
data "external" "d" { program = ["a", "b"] }
output "token" { value = "x" }
action "local_command" "a" {
  config {
    command = "sh"
    arguments = ["-c",
      "x"]
  }
}
ephemeral "acme_login" "e" {
  password = "x"
}
`,
		"infra/broken.tf":     "resource \"a\" \"b\" {\n  c = \n}\nresource \"aws_x\" \"after\" {}\n",
		"infra/extra.tf.json": "{\"resource\": {\"aws_y\": {\"one\": {\n  \"password\": \"x\"}}}}",
		"infra/.terraform/modules/modules.json": `{"Modules": [{"Key": "", "Source": "", "Dir": "."},
			{"Key": "db", "Source": "../modules/db", "Dir": "../modules/db"},
			{"Key": "db.inner", "Source": "./inner", "Dir": "../modules/db/inner"},
			{"Key": "far", "Source": "x", "Dir": "../../elsewhere"}]}`,
		"modules/db/db.tf":        "resource \"aws_db_instance\" \"main\" {\n  password = var.password\n}\n",
		"modules/db/inner/one.tf": "resource \"aws_x\" \"one\" {\n  rule {\n    key = 1\n  }\n  rule {\n    key = 2\n  }\n}\n",
		"infra/deeper/plan.json":  "",
		"infra/deeper/notes.txt":  "",
	})
	at := func(file string, line, column int) []place.Location {
		return []place.Location{{File: file, Line: line, Column: column}}
	}
	for _, tt := range []struct {
		name, address, attribute string
		want                     []place.Location
	}{
		{"a resource", "aws_lambda_function.api", "", at("infra/main.tf", 5, 1)},
		{"an entry of a map in a block", "aws_lambda_function.api", "environment[0].variables.DB_PASSWORD", at("infra/main.tf", 8, 7)},
		{"a dynamic block", "aws_lambda_function.api", "vpc_config[3].subnet", at("infra/main.tf", 14, 7)},
		{"an attribute that the provider sets", "aws_lambda_function.api", "arn", at("infra/main.tf", 5, 1)},
		{"the default of a variable", "var.db_password", "default", at("infra/main.tf", 2, 3)},
		{"an argument of a module", "module.db", "password", at("infra/main.tf", 21, 3)},
		{"a data source", "data.external.d", "program[1]", at("infra/main.tf", 23, 39)},
		{"an argument of an action", "action.local_command.a[0]", "arguments[1]", at("infra/main.tf", 29, 7)},
		{"an action", "action.local_command.a", "", at("infra/main.tf", 25, 1)},
		{"an ephemeral resource", "ephemeral.acme_login.e", "password", at("infra/main.tf", 33, 3)},
		{"the source of a module", "module.db", "source", at("infra/main.tf", 20, 3)},
		{"an output", "output.token", "", at("infra/main.tf", 24, 1)},
		{"an instance in a module", `module.db["a.b"].aws_db_instance.main[0]`, "password", at("modules/db/db.tf", 2, 3)},
		{"the second of two blocks", "module.db.module.inner[0].aws_x.one", "rule[1].key", at("modules/db/inner/one.tf", 6, 5)},
		{"JSON", "aws_y.one", "password", at("infra/extra.tf.json", 2, 4)},
		{"a module that is not there", "module.gone.aws_x.one", "", nil},
		{"a module outside of the repository", "module.far.aws_x.one", "", nil},
		{"a resource that is not there", "aws_x.gone", "", nil},
		{"nothing", "", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := source.FindTerraform(filepath.Join(dir, "infra/deeper"), filepath.Join(dir, "infra"))
			if diff := cmp.Diff(tt.want, m.Locate(tt.address, tt.attribute)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
	if got := source.FindTerraform(filepath.Join(dir, "infra/deeper")).Locate("aws_x.one", ""); got != nil {
		t.Errorf("without a configuration: got %v, want nothing", got)
	}
}
