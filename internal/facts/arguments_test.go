package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/model"
)

func TestCommandsOfActionsAndDataSources(t *testing.T) {
	t.Parallel()
	const local, external = "terraform:action:local_command", "terraform:data:external"
	type object = map[string]any
	list := func(items ...any) []any { return items }
	secret := func(v any) any { return model.Marked{Value: model.Of(v)} }
	const create, unseen = "aws secretsmanager create-secret", "a text that is not there"
	for _, tt := range []struct {
		name, typ string
		give      object
		want      []string // command and place
	}{
		{"a program and its arguments", local, object{"command": "aws", "arguments": list("secretsmanager", "create-secret", "--name", "n")}, []string{create, "arguments"}},
		{"one list", external, object{"program": list("aws", "secretsmanager", "create-secret", "--name", "n")}, []string{create, "program"}},
		{"a script as an argument", local, object{"command": "sh", "arguments": list("-euc", "x; aws secretsmanager create-secret --name n")}, []string{create, "arguments"}},
		{"a script as standard input", local, object{"command": "/bin/sh", "stdin": "x\naws secretsmanager create-secret --name n"}, []string{create, "stdin"}},
		{"what is marked", local, object{"command": "bash", "arguments": secret(list("-c", "aws secretsmanager create-secret --name n"))}, []string{create, "arguments"}},
		{"a text for a shell", "terraform:ephemeral:x", object{"command": "aws secretsmanager create-secret --name n"}, []string{create, "command"}},
		{"an argument that is not known", local, object{"command": "aws", "arguments": list("secretsmanager", "create-secret", "--name", model.Unseen{})}, []string{create, "arguments"}},
		{"a script that is not known", local, object{"command": "bash", "arguments": list("-c", model.Unseen{})}, []string{unseen, "arguments"}},
		{"a program that is not known", local, object{"command": model.Unseen{}}, []string{unseen, "command"}},
		{"input that no shell reads", local, object{"command": "cat", "stdin": "aws secretsmanager create-secret --name n"}, nil},
		{"arguments that are not known", local, object{"command": "echo", "arguments": list(model.Unseen{})}, nil},
		{"a command that reads", external, object{"program": list("aws", "secretsmanager", "get-secret-value", "--secret-id", "n")}, nil},
		{"neither", external, object{"query": object{}}, nil},
		{"a resource", "terraform:tf:x", object{"command": "aws", "arguments": list("secretsmanager", "create-secret", "--name", "n")}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := New(&model.Resource{
				URN: "urn:pulumi:production::shop::" + tt.typ + "::a", Type: tt.typ, Name: "a", Properties: model.Of(tt.give),
			}, testCatalogue(t))
			if err != nil {
				t.Fatal(err)
			}
			r.Scan(NewRun(&model.Stack{Program: &model.Program{Name: "terraform"}}, "2026-11-23"), testDetector(t))
			var got []string
			for _, c := range r.commands {
				if c.Action != command.WriteDotenv {
					got = append(got, c.Command, c.path.String())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
