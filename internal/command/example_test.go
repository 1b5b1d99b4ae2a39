package command_test

import (
	"fmt"

	"github.com/progression-labs-development/policypack/internal/command"
)

// A script is parsed as its shell would: what is only printed is no use, and what a variable hides is one.
func ExampleParse() {
	uses, err := command.Parse(`echo "aws secretsmanager create-secret"
tool=gcloud
$tool secrets delete db --quiet
`, command.Shell)
	for _, u := range uses {
		fmt.Printf("line %d: %s (%s)\n", u.Line, u.Command, u.Action)
	}
	fmt.Println(err)
	// Output:
	// line 3: gcloud secrets delete (delete-secret)
	// <nil>
}

// What cannot be known stays unknown; the use is then not certain.
func ExampleArgs() {
	uses, _ := command.Args([]string{"kubectl", "create", "secret", "generic", command.Unknown})
	fmt.Println(uses[0].Command, uses[0].Action, uses[0].Certain)
	// Output: kubectl create secret create-secret true
}

func ExampleDotenv() {
	for _, name := range []string{"app/.env.production", ".env.example", ".envrc"} {
		fmt.Println(name, command.Dotenv(name))
	}
	// Output:
	// app/.env.production true
	// .env.example false
	// .envrc false
}
