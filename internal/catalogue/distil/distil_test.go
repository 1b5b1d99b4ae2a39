package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestDistilOne(t *testing.T) {
	text := func(s string) *string { return &s }
	tests := []struct {
		name string
		give source
		want row
	}{
		{
			"marked values keep the order of the values",
			source{Pulumi: "a:b:C", Class: "version", Manager: "m", Values: []string{"z", "y", "x"}, Marked: []string{"x", "z"}},
			row{Token: "a:b:C", Class: "version", Manager: "m", Values: []string{"z", "y", "x"}, Marked: []string{"z", "x"}},
		},
		{
			"store that is its own version",
			source{Pulumi: "a:b:C", Class: "store", Manager: "m", Also: []string{"version"}, Name: text("metadata.name"), Terraform: text("a_c")},
			row{Token: "a:b:C", Class: "store", Manager: "m", ValueInStore: true, Name: "metadata.name", Terraform: "a_c"},
		},
		{
			"deprecated spelling leaves the Terraform type to the current one",
			source{Pulumi: "a:b:C", Class: "store", Manager: "m", Deprecated: "in favor of another", Terraform: text("a_c")},
			row{Token: "a:b:C", Class: "store", Manager: "m"},
		},
		{
			"deprecated spelling with a Terraform type of its own",
			source{Pulumi: "a:b:C", Class: "store", Manager: "m", Deprecated: "in favor of another", Terraform: text("a_c_legacy")},
			row{Token: "a:b:C", Class: "store", Manager: "m", Terraform: "a_c_legacy"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := distilOne(test.give)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDistilRefuses(t *testing.T) {
	managers := map[string]any{"_others": []any{}}
	for _, encoding := range encodings {
		managers[encoding.manager] = map[string]any{"case_sensitive": !encoding.LowerOnly}
	}
	naming, err := json.Marshal(managers)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, resources, naming, want string }{
		{"condition without a machine-readable form", `[{"pulumi": "a:b:C", "condition": "x is odd"}]`, string(naming), `a:b:C: no machine-readable form of the condition "x is odd"`},
		{"judgement about a type that is gone", `[]`, string(naming), "aws-native:secretsmanager:Secret: judged, but not in the catalogue"},
		{"extra entry that the full catalogue has", `[{"pulumi": "tfe:index/variable:Variable"}]`, string(naming), "tfe:index/variable:Variable: an extra entry of a type that the full catalogue has"},
		{"no rules of a manager", `[]`, `{}`, "naming.json: aws-secrets-manager: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := distil(fstest.MapFS{"secret_resources.json": {Data: []byte(test.resources)}, "naming.json": {Data: []byte(test.naming)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

// TestJudgementsAgree: a credential is not in the closed list and out of it.
func TestJudgementsAgree(t *testing.T) {
	for _, token := range slices.Sorted(maps.Keys(notCloudKeys)) {
		if _, ok := cloudKeys[token]; ok {
			t.Errorf("%s: is in cloudKeys and in notCloudKeys", token)
		}
	}
	if !slices.IsSorted(own) {
		t.Error("own: want it sorted")
	}
}
